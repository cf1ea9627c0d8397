import { protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'

const SCHEME = 'residuum'
export const WINDOW_ORIGIN = `${SCHEME}://app`

const MIME: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2'
}

/** Nothing from elsewhere: styles alone may be inline, which Vue and Chart.js need for sizes. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

/** Must be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

/** Serves the window's files from `folder` and nothing outside it. */
export function serveFolder(folder: string): void {
  const base = resolve(folder) + sep
  const find = async (address: string): Promise<{ data: Buffer; headers: Record<string, string> } | null> => {
    const { host, pathname } = new URL(address)
    if (`${SCHEME}://${host}` !== WINDOW_ORIGIN) return null
    const file = resolve(join(base, decodeURIComponent(pathname)))
    if (!file.startsWith(base)) return null
    const data = await readFile(file).catch(() => null)
    const type = MIME[extname(file)] ?? 'application/octet-stream'
    return (
      data && {
        data,
        headers: {
          'Content-Type': type,
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          'X-Content-Type-Options': 'nosniff'
        }
      }
    )
  }
  // `handle` came with Electron 25; the Electron for closed networks is older.
  if (typeof protocol.handle === 'function') {
    /* eslint-disable n/no-unsupported-features/node-builtins -- the Electrons that have `handle` have Response */
    protocol.handle(SCHEME, async ({ url }) => {
      const found = await find(url)
      return found
        ? new Response(new Uint8Array(found.data), { headers: found.headers })
        : new Response(null, { status: 404 })
    })
    /* eslint-enable n/no-unsupported-features/node-builtins */
    return
  }
  protocol.registerBufferProtocol(SCHEME, (request, callback) => {
    find(request.url).then(
      (found) =>
        found
          ? callback({
              data: found.data,
              headers: found.headers,
              mimeType: found.headers['Content-Type']!.split(';')[0]!
            })
          : callback({ statusCode: 404, data: Buffer.alloc(0) }),
      () => callback({ statusCode: 400, data: Buffer.alloc(0) })
    )
  })
}
