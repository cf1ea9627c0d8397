import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { registerScheme, serveFolder, WINDOW_ORIGIN } from '../../src/main/protocol'
import { temporaryFolder } from './support'

/** What the protocol gave Electron; one of the two ways to serve, as the Electron at hand has them. */
const electron = vi.hoisted(() => ({
  protocol: {
    registerSchemesAsPrivileged: vi.fn(),
    handle: vi.fn() as unknown,
    registerBufferProtocol: vi.fn()
  }
}))
vi.mock('electron', () => electron)

type Handler = (request: { url: string }) => Promise<Response>
type Buffered = (
  request: { url: string },
  callback: (answer: { statusCode?: number; mimeType?: string; headers?: object; data: Buffer }) => void
) => void

const handle = vi.fn<(scheme: string, handler: Handler) => void>()
const registerBuffer = vi.fn<(scheme: string, handler: Buffered) => void>()

/** A build: the window's folder, beside it what must not be served. */
function build(): string {
  const out = temporaryFolder()
  const files = {
    'renderer/index.html': '<title>Residuum</title>',
    'renderer/assets/index.js': 'export {}',
    'renderer/assets/a b.svg': '<svg/>',
    'renderer/assets/model.bin': 'bytes',
    'main/index.cjs': 'secret',
    'renderer-other/index.html': 'secret'
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(out, name, '..'), { recursive: true })
    writeFileSync(join(out, name), text)
  }
  return join(out, 'renderer')
}

beforeEach(() => {
  handle.mockReset()
  registerBuffer.mockReset()
  electron.protocol.handle = handle
  electron.protocol.registerBufferProtocol = registerBuffer
})

/** The files under `path` as Electron would ask for them; Chromium hands over a normalised address, as `URL` makes it. */
async function get(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  serveFolder(build())
  const [scheme, handler] = handle.mock.lastCall!
  expect(`${scheme}://app`).toBe(WINDOW_ORIGIN)
  const response = await handler({ url: new URL(path, WINDOW_ORIGIN).href })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** The same from an Electron that has no `protocol.handle`. */
async function getBuffered(path: string): Promise<{ status: number; text: string; type?: string }> {
  electron.protocol.handle = undefined
  serveFolder(build())
  const [, handler] = registerBuffer.mock.lastCall!
  const { statusCode, data, mimeType } = await new Promise<Parameters<Parameters<Buffered>[1]>[0]>((resolve) =>
    handler({ url: new URL(path, WINDOW_ORIGIN).href }, resolve)
  )
  return { status: statusCode ?? 200, text: data.toString(), type: mimeType }
}

describe('the window’s files', () => {
  it.each([
    ['/index.html', '<title>Residuum</title>', 'text/html; charset=utf-8'],
    ['/assets/index.js', 'export {}', 'text/javascript; charset=utf-8'],
    ['/assets/a%20b.svg', '<svg/>', 'image/svg+xml'],
    ['/assets/model.bin', 'bytes', 'application/octet-stream'],
    ['/assets/index.js?v=1#part', 'export {}', 'text/javascript; charset=utf-8'],
    // Leads out of a folder, not out of the window's.
    ['/assets/..%2findex.html', '<title>Residuum</title>', 'text/html; charset=utf-8']
  ])('%s is served with its type', async (path, text, type) => {
    const answer = await get(path)
    expect(answer).toMatchObject({ status: 200, text })
    expect(answer.headers.get('Content-Type')).toBe(type)
  })

  it('may load nothing from elsewhere, run nothing inline and be read as no other type', async () => {
    const { headers } = await get('/index.html')
    const policy = headers.get('Content-Security-Policy')!.split('; ')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy.filter((rule) => /https?:|\*|unsafe-eval/.test(rule))).toEqual([])
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it.each(['/none.html', '/assets', '/'])('%s is not found', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, text: '' })
  })
})

// `URL` takes `..` out of a path, but not where the slash is written as %2f: that reaches the disk as a slash.
const OUTSIDE = [
  '/..%2fmain%2findex.cjs',
  '/..%2Fmain/index.cjs',
  '/assets/..%2f..%2fmain%2findex.cjs',
  '/..%2frenderer-other%2findex.html'
]

describe('what lies outside the window’s folder', () => {
  it.each(OUTSIDE)('%s is not served', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, text: '' })
  })

  it.each(OUTSIDE)('%s is not served by the older Electron', async (path) => {
    expect(await getBuffered(path)).toMatchObject({ status: 404, text: '' })
  })

  it.each(['residuum://other/index.html', 'residuum://app.other/index.html'])('%s is another origin', async (url) => {
    expect(await get(url)).toMatchObject({ status: 404, text: '' })
  })
})

it('an older Electron gets the same files and is told of an address that is none', async () => {
  expect(await getBuffered('/index.html')).toEqual({ status: 200, text: '<title>Residuum</title>', type: 'text/html' })
  expect(await getBuffered('/%E0%A4%A')).toMatchObject({ status: 400, text: '' })
})

it('the scheme is a secure origin of its own', () => {
  registerScheme()
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledWith([
    { scheme: 'residuum', privileges: expect.objectContaining({ standard: true, secure: true }) as object }
  ])
})
