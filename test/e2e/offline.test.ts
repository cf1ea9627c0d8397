import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchApp } from '../../scripts/launch.mjs'
import { electronBinary } from '../../scripts/setup/electron.mjs'

/** What Chromium writes with `--log-net-log`. */
interface NetLog {
  constants: { logEventTypes: Record<string, number> }
  events: { type: number; params?: { url?: string; host?: string } }[]
}

const root = mkdtempSync(join(tmpdir(), 'residuum-offline-'))
const files = { log: join(root, 'net.json'), calls: join(root, 'calls.txt'), wrapper: join(root, 'electron') }
const hasStrace = spawnSync('strace', ['-qq', '-e', 'trace=none', 'true']).status === 0
/** Asked for on purpose: shows that the log works and that nothing gets out all the same. */
const ASKED = ['https://example.org/asked', 'https://192.0.2.1/asked']
const SERVERS = ['stun:192.0.2.2:3478', 'turn:192.0.2.3:3478?transport=tcp', 'turn:192.0.2.4:3478']
let failures: string[] = []
/** When WebRTC was begun, in seconds: it connects a UDP socket to learn its own address, which sends nothing. */
let webrtcFrom = 0

/** The app is opened, looked through and closed. */
beforeAll(async () => {
  const traced = `exec strace -f -qq -ttt -e trace=connect,sendto,sendmsg,sendmmsg -o '${files.calls}' `
  writeFileSync(files.wrapper, `#!/bin/sh\n${hasStrace ? traced : 'exec '}'${electronBinary()}' "$@"\n`, {
    mode: 0o755
  })
  const { app, page } = await launchApp({
    library: join(root, 'library'),
    settings: join(root, 'settings'),
    executable: files.wrapper,
    flags: [`--log-net-log=${files.log}`]
  })
  for (const place of ['architecture', 'train', 'evaluate', 'compare', 'data']) {
    await page.click(`nav a[data-place=${place}]`)
  }
  failures = await app.evaluate(
    ({ net }, addresses) =>
      Promise.all(
        addresses.map(
          (url) =>
            new Promise<string>((resolve) => {
              const request = net.request(url)
              request.on('response', () => resolve('answered'))
              request.on('error', ({ message }) => resolve(message))
              request.end()
            })
        )
      ),
    ASKED
  )
  webrtcFrom = Date.now() / 1000
  await page.evaluate(async (urls) => {
    const connection = new RTCPeerConnection({
      iceServers: urls.map((url) => ({ urls: url, username: 'a', credential: 'b' }))
    })
    connection.createDataChannel('channel')
    await connection.setLocalDescription(await connection.createOffer())
    await new Promise((resolve) => setTimeout(resolve, 2000))
  }, SERVERS)
  await app.close()
}, 120_000)
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('the app at rest', () => {
  it('finds no host, whoever asks', () => {
    expect(failures).toEqual(ASKED.map(() => 'net::ERR_NAME_NOT_RESOLVED'))
  })

  it('asks for nothing, looks up nothing and connects to nothing, by Chromium’s own log', () => {
    const { constants, events } = JSON.parse(readFileSync(files.log, 'utf8')) as NetLog
    const names = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]))
    const urls = events.flatMap(({ params }) => (params?.url === undefined ? [] : [params.url]))
    expect(urls.filter((url) => !ASKED.some((asked) => asked.startsWith(url)))).toEqual([])
    const seen = new Set(events.map(({ type }) => names.get(type)!))
    expect(seen).toContain('URL_REQUEST_START_JOB')
    const out = /^(UDP_(CONNECT|BYTES_SENT)|TCP_CONNECT|HOST_RESOLVER_MANAGER_JOB|HOST_RESOLVER_(SYSTEM|DNS)_TASK)/
    expect([...seen].filter((name) => out.test(name))).toEqual([])
  })

  it('sends nothing beyond this computer, by its system calls', ({ skip }) => {
    skip(!hasStrace, 'strace is not installed or may not trace here')
    const calls = readFileSync(files.calls, 'utf8').split('\n')
    expect(calls.some((call) => call.includes('connect('))).toBe(true)
    const loopback = /inet_addr\("127\.|inet_pton\(AF_INET6, "(::1|::ffff:127\.)/
    const out = calls.filter((call) => call.includes('sa_family=AF_INET') && !loopback.test(call))
    const after = (call: string): boolean => Number(call.split(/\s+/)[1]) >= webrtcFrom
    expect(out.filter((call) => !after(call) || !call.includes('connect(') || call.includes('192.0.2.'))).toEqual([])
  })
})
