import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { progressOf } from '../../src/shared/run/progress'
import { fiveSteps, journalOf, runIn, stepsOf, type Obey } from './runSupport'

const root = mkdtempSync(join(tmpdir(), 'residuum-full-'))

/** What every write of this process fails with; null where it does not. */
let failure: { code: string; from: number } | null = null
let written = 0

beforeAll(async () => {
  const handle = await open(join(root, 'any'), 'w')
  const prototype = Object.getPrototypeOf(handle) as typeof handle
  await handle.close()
  const write = prototype.write as (...given: unknown[]) => Promise<{ bytesWritten: number }>
  vi.spyOn(prototype, 'write').mockImplementation(async function (this: typeof handle, ...given: unknown[]) {
    written += 1
    // The first such write still has room for a few bytes, as on a real disk.
    if (failure && written === failure.from)
      return write.call(this, (given[0] as Buffer).subarray(0, 3), 0, 3, given[3])
    if (failure && written > failure.from) throw Object.assign(new Error(failure.code), { code: failure.code })
    return write.apply(this, given)
  } as never)
})
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(root, { recursive: true, force: true })
})
beforeEach(() => void (failure = null))
const fail = (code: string): void => void (failure = { code, from: written + 1 })

const experiment = fiveSteps({ epochs: 3 })
/** Fails once the first epoch is told. */
const failing =
  (code: string, more: Obey = () => undefined): Obey =>
  (control, event) => {
    if (event.type === 'epoch' && event.metrics.epoch === 0) fail(code)
    more(control, event)
  }

describe('a full disk', () => {
  it('is waited for: nothing is dropped, it is said once, and the run goes on by itself', async () => {
    const whole = await runIn(root, experiment)
    const waited = await runIn(root, experiment, {
      obey: failing('ENOSPC', (_, event) => {
        if (event.type === 'disk-full') setTimeout(() => void (failure = null), 2500)
      })
    })
    expect(waited.ended).toMatchObject({ status: 'finished', error: null })
    const told = waited.events.filter(({ type }) => type === 'disk-full' || type === 'recovered')
    expect(told).toMatchObject([{ type: 'disk-full', error: { code: 'disk-full-waiting' } }, { type: 'recovered' }])
    const records = await journalOf(waited.folder)
    expect(stepsOf(records)).toEqual(stepsOf(await journalOf(whole.folder)))
    expect(stepsOf(records)).toHaveLength(15)
    const { epochs, checkpoints, ended } = progressOf(records)
    expect(epochs).toEqual(waited.epochs.map(({ metrics }) => metrics))
    expect([checkpoints.length, ended?.status]).toEqual([3, 'finished'])
  })

  it.each([
    ['is the end where that is wanted', 'stop', 'failed', 'ENOSPC', 'disk-full'],
    ['is left by a stop', 'wait', 'stopped', 'ENOSPC', 'disk-full'],
    ['is told apart from a folder that takes nothing more', 'wait', 'failed', 'EROFS', 'run-read-only']
  ] as const)('%s, and the run goes on from there', async (_, onFullDisk, status, code, error) => {
    const obey = failing(code, (control, event) => event.type === 'disk-full' && control.stop())
    const first = await runIn(root, experiment, { onFullDisk, obey })
    expect(first.ended).toMatchObject({ status, error: { code: error } })
    failure = null
    const { folder } = first
    expect(progressOf(await journalOf(folder))).toMatchObject({ ended: null, checkpoints: [{ step: 5, epoch: 1 }] })
    const later = await runIn(root, experiment, { folder, resume: true })
    expect([later.ended.status, later.steps[0]!.step]).toEqual(['finished', 5])
    const whole = await runIn(root, experiment)
    expect(stepsOf(await journalOf(folder))).toEqual(stepsOf(await journalOf(whole.folder)))
  })

  it('never lets a run count as finished without its last checkpoint or its end', async () => {
    for (const last of ['checkpoint', 'end']) {
      const { ended, folder } = await runIn(root, experiment, {
        onFullDisk: 'stop',
        obey: (_, event) => {
          if (event.type !== 'epoch') return
          if (event.metrics.epoch === (last === 'end' ? 2 : 1)) fail('ENOSPC')
        }
      })
      expect(ended, last).toMatchObject({ status: 'failed', error: { code: 'disk-full' } })
      failure = null
      expect(progressOf(await journalOf(folder)).ended, last).toBe(null)
    }
  })
})
