import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillFolder } from '../../scripts/setup/folders.mjs'
import { temporaryFolder } from './support'

const root = join(import.meta.dirname, '../..')

/** Runs set-up with an empty cache and only the named programs on the path. */
function setUp(programs: string[], prepare: (cache: string, bin: string) => void = () => undefined) {
  const folder = temporaryFolder()
  const [bin, cache] = [join(folder, 'bin'), join(folder, 'cache')]
  mkdirSync(bin)
  mkdirSync(cache)
  for (const program of programs) {
    const found = spawnSync('which', [program], { encoding: 'utf8' }).stdout.trim()
    symlinkSync(found, join(bin, program))
  }
  prepare(cache, bin)
  const { status, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: bin, HOME: folder, RESIDUUM_CACHE: cache, PIP_RETRIES: '0', PIP_DEFAULT_TIMEOUT: '3' }
  })
  return { status, stderr, cache }
}
const fakeTensorflow = (cache: string): void => {
  mkdirSync(join(cache, 'tensorflow-2.20.0-cpu/tensorflow/include'), { recursive: true })
}
const script = (bin: string, name: string, body: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(bin, name), 0o755)
}

describe('set-up says what is wrong and what to do, keeps nothing half done, and exits with 1', () => {
  it('without Python', () => {
    const { status, stderr, cache } = setUp([])
    expect(status).toBe(1)
    expect(stderr).toMatch(/Set-up stopped: Python 3 was not found\. Install Python 3 with pip/)
    expect(readdirSync(cache)).toEqual([])
  })

  it('without pip', () => {
    const { status, stderr } = setUp([], (_, bin) => script(bin, 'python3', 'exit 1'))
    expect(status).toBe(1)
    expect(stderr).toContain('Python 3 is here but its pip is not')
  })

  it('without a compiler', () => {
    const { status, stderr } = setUp([], fakeTensorflow)
    expect(status).toBe(1)
    expect(stderr).toContain('No C++ compiler was found. Install g++')
    // A failed step leaves the addon that was there before.
    expect(existsSync(join(root, 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'))).toBe(true)
  })

  it('when a download fails or has another checksum', () => {
    const pip = (message: string) => (_: string, bin: string) =>
      script(bin, 'python3', `case "$*" in *--version*) exit 0;; esac\necho "${message}" >&2\nexit 1`)
    for (const message of [
      'ERROR: Could not find a version that satisfies the requirement',
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'
    ]) {
      const { status, stderr, cache } = setUp([], pip(message))
      expect(status).toBe(1)
      expect(stderr).toContain(message)
      expect(stderr).toContain('Check the network and the free disk space')
      expect(readdirSync(cache)).toEqual([])
    }
  })
})

describe('fillFolder', () => {
  it('leaves the folder whole or not at all, whatever an earlier try left', async () => {
    const target = join(temporaryFolder(), 'x')
    mkdirSync(`${target}.partial`)
    writeFileSync(join(`${target}.partial`, 'stale'), '')
    await expect(
      fillFolder(target, async (partial: string) => {
        writeFileSync(join(partial, 'half'), '')
        throw new Error('cut off')
      })
    ).rejects.toThrow('cut off')
    expect(existsSync(target)).toBe(false)
    await fillFolder(target, async (partial: string) => writeFileSync(join(partial, 'whole'), ''))
    expect(readdirSync(target)).toEqual(['whole'])
  })
})
