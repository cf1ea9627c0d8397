import { lstatSync, readdirSync, readlinkSync, rmSync, statSync, chmodSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseDevice, hideUnusable } from '../../../scripts/setup/gpu.mjs'
import { Checkout } from './checkout'

/** A driver that answers with these lines; null is no driver, '' one that does not know the question. */
const choose = (lines: string | null, env: Record<string, string> = {}, uuids = '') =>
  chooseDevice({
    env,
    arch: 'x64',
    query: (fields: string) => (fields === 'uuid' ? uuids : lines)
  })

describe('which device set-up is for', () => {
  it.each([
    ['no driver', null, {}, 'cpu', 'no NVIDIA driver answers'],
    ['Ampere', '8.6, 560.35.03', {}, 'gpu', 'GPU 0 has compute capability 8.6'],
    ['Hopper', '9.0, 555.42', {}, 'gpu', 'GPU 0 has compute capability 9.0'],
    ['the oldest that fits', '6.0, 560.35', {}, 'gpu', 'GPU 0 has compute capability 6.0'],
    ['Maxwell', '5.2, 560.35', {}, 'cpu', 'capability 5.2; TensorFlow 2.20 has code for 6.0 to below 10.0'],
    ['Blackwell of data centres', '10.0, 570.86', {}, 'cpu', 'GPU 0 has compute capability 10.0; TensorFlow 2.20 has'],
    ['Blackwell', '12.0, 570.86', {}, 'cpu', 'GPU 0 has compute capability 12.0; TensorFlow 2.20 has code for 6.0'],
    ['one that fits of two', '12.0, 570.86\n8.9, 570.86\n', {}, 'gpu', 'capability 8.9; those that fit are used'],
    ['a figure that is none', '[N/A], 560.35', {}, 'cpu', 'GPU 0 has compute capability unknown'],
    ['a driver that does not know', '', {}, 'cpu', 'does not say what its GPUs can do'],
    ['RESIDUUM_DEVICE', '8.6, 560.35', { RESIDUUM_DEVICE: 'cpu' }, 'cpu', 'RESIDUUM_DEVICE=cpu asks for the CPU'],
    ['all hidden', '8.6, 560.35', { CUDA_VISIBLE_DEVICES: '-1' }, 'cpu', 'CUDA_VISIBLE_DEVICES hides all GPUs'],
    ['all hidden by nothing', '8.6, 560.35', { CUDA_VISIBLE_DEVICES: '' }, 'cpu', 'CUDA_VISIBLE_DEVICES hides all'],
    ['the unfit one asked for', '8.6, 560\n12.0, 560', { CUDA_VISIBLE_DEVICES: '1' }, 'cpu', 'GPU 1 has compute'],
    ['the fitting one asked for', '12.0, 560\n8.6, 560', { CUDA_VISIBLE_DEVICES: '1' }, 'gpu', 'GPU 1 has compute']
  ])('%s', (_, lines, env, device, why) => {
    const choice = choose(lines, env)
    expect(choice.device).toBe(device)
    expect(choice.why).toContain(why)
  })

  it('knows GPUs by their UUIDs too', () => {
    const lines = '12.0, 570\n8.6, 570'
    const uuids = 'GPU-1111-a\nGPU-2222-b\n'
    expect(choose(lines, { CUDA_VISIBLE_DEVICES: 'GPU-2222-b' }, uuids).device).toBe('gpu')
    expect(choose(lines, { CUDA_VISIBLE_DEVICES: 'GPU-1111' }, uuids).device).toBe('cpu')
    expect(choose(lines, { CUDA_VISIBLE_DEVICES: 'GPU-3333' }, uuids).device).toBe('cpu')
  })

  it('warns about a driver older than 555 and no other', () => {
    expect(choose('8.6, 550.120').warnings).toEqual([
      {
        text: 'the NVIDIA driver is 550.120; TensorFlow’s CUDA 12.5 wants 555 or newer',
        cure: 'Install a newer driver.'
      }
    ])
    expect(choose('8.6, 555.42').warnings).toEqual([])
  })

  it('has no library for GPUs on arm64', () => {
    const choice = chooseDevice({ env: {}, arch: 'arm64', query: () => '9.0, 560' })
    expect(choice).toMatchObject({ device: 'cpu', why: 'TensorFlow has no library for GPUs on arm64' })
  })

  it('hides from TensorFlow the GPUs that it cannot use, and only those', () => {
    const visible = (lines: string, env: Record<string, string> = {}) => {
      const own = { ...env }
      hideUnusable(choose(lines, own), own)
      return own
    }
    expect(visible('8.6, 560\n8.9, 560')).toEqual({})
    expect(visible('12.0, 560')).toEqual({})
    expect(visible('12.0, 560\n8.6, 560\n5.2, 560\n9.0, 560')).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '1,3'
    })
    expect(visible('12.0, 560\n8.6, 560\n9.0, 560', { CUDA_VISIBLE_DEVICES: '2,0' })).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: '2'
    })
  })
})

describe('set-up beside a pretended nvidia-smi', () => {
  const smi = (answer: string) => `
    case "$*" in
      "--query-gpu=compute_cap,driver_version --format=csv,noheader") echo "${answer}";;
      *) exit 1;;
    esac`

  it('takes CUDA for a card that fits, with what may be executed and the link to NVRTC', () => {
    const checkout = new Checkout()
    checkout.program('nvidia-smi', smi('8.6, 550.120'))
    const { status, stderr, work } = checkout.train()
    expect(status).toBe(0)
    expect(stderr).toContain('wants 555 or newer')
    const wheels = work.filter((line) => line.includes('=='))
    expect(wheels[0]).toBe('tensorflow==2.20.0')
    expect(wheels.slice(1).every((line) => /^nvidia-[a-z-]+-cu12==/.test(line))).toBe(true)
    expect(wheels).toHaveLength(13)
    const nvidia = join(checkout.cache, 'tensorflow-2.20.0-gpu/nvidia')
    expect(statSync(join(nvidia, 'cuda_nvcc/bin/ptxas')).mode & 0o111).toBe(0o111)
    expect(lstatSync(join(nvidia, 'cuda_nvrtc/lib/libnvrtc.so.12')).mode & 0o111).toBe(0)
    expect(readlinkSync(join(nvidia, 'nvrtc'))).toBe('cuda_nvrtc')
    expect(readdirSync(join(nvidia, 'nvrtc/lib'))).toEqual(['libnvrtc.so.12'])
    expect(readdirSync(join(nvidia, '../tensorflow'))).not.toContain('python')

    const doctor = () => checkout.run('doctor.mjs', [], { TEST_DEVICE: 'gpu' }).stdout
    const whole = doctor()
    for (const line of [
      'ok    GPU 0 has compute capability 8.6, which TensorFlow can use',
      'warn  the NVIDIA driver is 550.120; TensorFlow’s CUDA 12.5 wants 555 or newer\n      Install a newer driver.',
      'ok    set-up takes TensorFlow for the GPU',
      'ok    ptxas may be executed',
      'ok    cuDNN finds NVRTC'
    ]) {
      expect(whole).toContain(line)
    }
    expect(checkout.run('doctor.mjs').stdout).toContain('FAIL  a GPU fits, but TensorFlow does not use it')

    chmodSync(join(nvidia, 'cuda_nvcc/bin/ptxas'), 0o644)
    rmSync(join(nvidia, 'nvrtc'))
    const damaged = doctor()
    expect(damaged).toMatch(/FAIL {2}.*ptxas cannot be executed, .*\n +npm run setup/)
    expect(damaged).toMatch(/FAIL {2}cuDNN finds no NVRTC: .*\n +npm run setup/)
    expect(checkout.train()).toMatchObject({ status: 0, work: wheels })
    expect(doctor()).not.toContain('FAIL')
  })

  it('takes the CPU for Blackwell and says why', () => {
    const checkout = new Checkout()
    checkout.program('nvidia-smi', smi('12.0, 570.86'))
    const { status, stderr, work } = checkout.train()
    expect(status).toBe(0)
    expect(work).toContain('tensorflow-cpu==2.20.0')
    expect(stderr).toContain('GPU 0 has compute capability 12.0; TensorFlow 2.20 has code for 6.0 to below 10.0')
    const { status: healthy, stdout } = checkout.run('doctor.mjs')
    expect(healthy).toBe(0)
    expect(stdout).toContain('warn  GPU 0 has compute capability 12.0\n      None for this card')
  })

  it('lets TensorFlow see only what fits', () => {
    const checkout = new Checkout()
    checkout.program('nvidia-smi', smi('12.0, 570.86\n8.6, 570.86'))
    expect(checkout.train()).toMatchObject({ status: 0, stdout: 'trained 1\n' })
  })
})
