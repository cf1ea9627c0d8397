import { beforeEach, describe, expect, it, vi } from 'vitest'
import { serveRequests, type Handlers } from '../../../src/main/ipc/router'
import { ResiduumError } from '../../../src/shared/errors'
import { REQUEST, type Answer } from '../../../src/shared/ipc/channel'

type Listener = (event: unknown, name: unknown, input?: unknown) => Promise<Answer<unknown>>
const handle = vi.hoisted(() => vi.fn<(channel: string, listener: Listener) => void>())
vi.mock('electron', () => ({ ipcMain: { handle }, protocol: {} }))

const window = { url: 'residuum://app/index.html#/train', parent: null }

/** A handler for any name, even one that is no route: it remembers what it got and gives that back. */
const seen: [string, unknown][] = []
const handlers = new Proxy({} as Handlers, {
  get: (_, name: string) => (input: unknown) => {
    seen.push([name, input])
    return input
  }
})

/** Main's answer to a frame's request. */
function ask(
  name: unknown,
  input?: unknown,
  senderFrame: unknown = window,
  own: object = {}
): Promise<Answer<unknown>> {
  serveRequests(Object.assign(Object.create(handlers), own) as Handlers)
  const [channel, listener] = handle.mock.lastCall!
  expect(channel).toBe(REQUEST)
  return listener({ senderFrame }, name, input)
}

beforeEach(() => {
  seen.length = 0
  handle.mockReset()
})

describe('who asks', () => {
  it('is answered where it is the window', async () => {
    expect(await ask('runs.get', { id: 'a' })).toEqual({ ok: true, data: { id: 'a' } })
  })

  it.each([
    ['no frame any more', null],
    ['a frame within the window', { ...window, parent: window }],
    ['a page of the web', { url: 'https://app/index.html', parent: null }],
    ['another host of the scheme', { url: 'residuum://other/index.html', parent: null }],
    ['a host that begins alike', { url: 'residuum://app.other/index.html', parent: null }],
    ['a file', { url: 'file:///index.html', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['an address that is none', { url: '', parent: null }]
  ])('is refused where it is %s, before a handler sees anything', async (_, frame) => {
    expect(await ask('runs.delete', { id: 'a' }, frame)).toMatchObject({
      ok: false,
      error: { parameters: { route: 'runs.delete' } }
    })
    expect(seen).toEqual([])
  })
})

describe('what is asked', () => {
  it.each(['no.route', 'toString', '__proto__', 5, null, undefined, ['runs.get']])('%s is no route', async (name) => {
    expect((await ask(name, { id: 'a' })).ok).toBe(false)
    expect(seen).toEqual([])
  })

  it.each([
    ['runs.get', undefined],
    ['runs.get', { id: 5 }],
    ['runs.get', { id: 'a'.repeat(65) }],
    ['runs.rename', { id: 'a', name: '   ' }],
    ['settings.set', { theme: 'blue' }],
    ['architectures.version', { id: 'a', version: 0 }],
    ['datasets.pictures', { name: 'cifar10', split: 'test', indices: [-1] }],
    ['app.info', { anything: 1 }]
  ])('%s with %j is refused, before a handler sees it', async (name, input) => {
    expect((await ask(name, input)).ok).toBe(false)
    expect(seen).toEqual([])
  })

  it('of more values than any drawing has is refused unread', async () => {
    const input = { id: 'a', architecture: Array.from({ length: 200 }, () => new Array(20_000).fill(0)) }
    expect((await ask('architectures.save', input)).ok).toBe(false)
    expect(seen).toEqual([])
  })

  it('reaches its own handler alone, as the route’s schema has read it', async () => {
    await ask('runs.rename', { id: 'a', name: '  new  ', more: 1 })
    expect(seen).toEqual([['runs.rename', { id: 'a', name: 'new' }]])
  })
})

describe('the answer', () => {
  it('has code and parameters of an error that the user can meet', async () => {
    const own = {
      'runs.get': () => {
        throw new ResiduumError('disk-full', { file: 'a' })
      }
    }
    expect(await ask('runs.get', { id: 'a' }, window, own)).toEqual({
      ok: false,
      error: { code: 'disk-full', parameters: { file: 'a' } }
    })
  })

  it('to what nobody foresaw is an error as well, and main’s own log keeps it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const error = new TypeError('x is undefined')
    const own = { 'runs.get': () => Promise.reject(error) }
    expect(await ask('runs.get', { id: 'a' }, window, own)).toEqual({
      ok: false,
      error: { code: 'unexpected', parameters: { message: 'x is undefined' } }
    })
    expect(log).toHaveBeenCalledExactlyOnceWith(error)
    log.mockRestore()
  })
})
