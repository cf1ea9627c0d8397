import { describe, expect, it } from 'vitest'
import { compareSpeeds, examineBackend } from '../../src/main/engine/doctor'
import { trainingSpeed } from '../../src/main/engine/speed'

describe('doctor', () => {
  it('loads TensorFlow, computes, and measures no GPU where there is none', async () => {
    const report = await examineBackend(() => Promise.reject(new Error('there is no GPU')))
    expect(report.ok).toBe(true)
    expect(report.device).toMatchObject({ kind: 'cpu', tensorflow: '2.20.0' })
    expect(report.findings.map(({ text }) => text).slice(0, 2)).toEqual(['TensorFlow 2.20.0 is loaded', 'it computes'])
  })

  it('measures how fast a small network trains, in the time it is given', async () => {
    const start = performance.now()
    const speed = await trainingSpeed(0.3)
    expect(performance.now() - start).toBeGreaterThan(300)
    // Some hundred pictures a second even on a busy machine; a step is 64.
    expect(speed).toBeGreaterThan(64)
  })

  it('says how GPU and CPU compare and warns of the slower GPU', () => {
    expect(compareSpeeds({ gpu: 30_000, cpu: 12_000 })).toEqual({
      ok: true,
      text: 'LeNet-5 trains 30,000 pictures a second on the GPU and 12,000 on the CPU: 2.5 times as many'
    })
    expect(compareSpeeds({ gpu: 4000, cpu: 16_000 })).toMatchObject({
      ok: true,
      warning: true,
      text: 'LeNet-5 trains 4,000 pictures a second on the GPU and 16,000 on the CPU: 0.3 times as many',
      cure: expect.stringContaining('RESIDUUM_DEVICE=cpu')
    })
  })
})
