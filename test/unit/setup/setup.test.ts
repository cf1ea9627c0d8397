import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { platformProblem } from '../../../scripts/setup/platform.mjs'
import { Checkout } from './checkout'

describe('set-up says what is wrong and what to do, keeps nothing half done, and exits with 1', () => {
  /** What is left in the cache, but for the file that set-ups lock. */
  const left = ({ cache }: Checkout) => readdirSync(cache).filter((name) => name !== '.lock')

  it('without Python', () => {
    const checkout = new Checkout()
    rmSync(join(checkout.bin, 'python3'))
    const { status, stderr } = checkout.train()
    expect(status).toBe(1)
    expect(stderr).toMatch(/Set-up stopped: Python 3 was not found\. Install Python 3 with pip/)
    expect(left(checkout)).toEqual([])
  })

  it('without pip', () => {
    const checkout = new Checkout()
    checkout.program('python3', 'exit 1')
    const { status, stderr } = checkout.train()
    expect(status).toBe(1)
    expect(stderr).toContain('Python 3 is here but its pip is not')
  })

  it('without a compiler, leaving the addon that was there before', () => {
    const checkout = new Checkout()
    checkout.train()
    rmSync(join(checkout.bin, 'g++'))
    // The addon of another TensorFlow does not hold.
    const { status, stderr } = checkout.train({ RESIDUUM_CACHE: join(checkout.folder, 'another') })
    expect(status).toBe(1)
    expect(stderr).toContain('No C++ compiler was found. Install g++')
    const addon = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node'
    expect(existsSync(join(checkout.root, addon))).toBe(true)
    expect(checkout.train()).toMatchObject({ status: 0, work: [] })
  })

  it('without flock', () => {
    const checkout = new Checkout()
    rmSync(join(checkout.bin, 'flock'))
    expect(checkout.train()).toMatchObject({
      status: 1,
      stderr: 'Set-up stopped: flock was not found. Install util-linux and try again.\n'
    })
  })

  it('where the cache cannot be made', () => {
    const checkout = new Checkout()
    const { status, stderr } = checkout.train({ RESIDUUM_CACHE: '/proc/x/y' })
    expect(status).toBe(1)
    expect(stderr).toMatch(/^Set-up stopped: \/proc\/x\/y cannot be made: .*Set RESIDUUM_CACHE to another folder\.\n$/)
  })

  it('when a download fails or has another checksum', () => {
    const checkout = new Checkout()
    for (const message of [
      'ERROR: Could not find a version that satisfies the requirement',
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'
    ]) {
      checkout.program('python3', `case "$*" in *--version*) exit 0;; esac\necho "${message}" >&2\nexit 1`)
      const { status, stderr } = checkout.train()
      expect(status).toBe(1)
      expect(stderr).toContain(message)
      expect(stderr).toContain('Check the network and the free disk space')
      expect(left(checkout)).toEqual([])
    }
  })
})

describe('systems', () => {
  it('Linux on x64 and arm64 can be set up', () => {
    expect([platformProblem('linux', 'x64'), platformProblem('linux', 'arm64')]).toEqual([null, null])
  })

  it('others are told at once what to do instead', () => {
    expect(platformProblem('win32', 'x64')).toMatch(/WSL 2 with its window system .*wsl --install/)
    expect(platformProblem('darwin', 'arm64')).toMatch(/on macOS .*Linux virtual machine/)
    expect(platformProblem('linux', 'ia32')).toContain('this is linux ia32')
    expect(platformProblem('freebsd', 'x64')).toContain('this is freebsd x64')
    const checkout = new Checkout()
    checkout.write('pretend.mjs', "Object.defineProperty(process, 'platform', { value: 'win32' })")
    const outcome = checkout.train({ NODE_OPTIONS: `--import=${join(checkout.folder, 'pretend.mjs')}` })
    expect(outcome).toMatchObject({ status: 1, work: [] })
    expect(outcome.stderr).toMatch(/^Set-up stopped: Residuum runs on Linux\. On Windows, install WSL 2/)
  })
})
