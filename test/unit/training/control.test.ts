import { describe, expect, it } from 'vitest'
import { TrainingControl } from '../../../src/main/training/control'

describe('TrainingControl', () => {
  it('takes pause, resume and stop in any order', async () => {
    const control = new TrainingControl()
    control.resume()
    control.pause()
    control.pause()
    expect(control.isPaused).toBe(true)
    const waiting = control.whilePaused()
    control.resume()
    await waiting
    control.pause()
    control.resume()
    control.pause()
    const again = control.whilePaused()
    control.stop()
    control.pause()
    await again
    expect(control.isStopped).toBe(true)
    expect(control.isPaused).toBe(false)
  })

  it('waits no longer than until it is stopped', async () => {
    const control = new TrainingControl()
    const waiting = control.waitUnlessStopped(1e9)
    control.stop()
    await waiting
    await control.waitUnlessStopped(1e9)
    await new TrainingControl().waitUnlessStopped(1)
  })
})
