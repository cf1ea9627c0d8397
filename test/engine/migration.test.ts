import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Library } from '../../src/main/library/library'
import { TrainingControl } from '../../src/main/training/control'
import { train } from '../../src/main/training/train'
import type { EpochMetrics } from '../../src/shared/run/schema'

const FIXTURE = join(import.meta.dirname, '../fixtures/library-3')
const work = mkdtempSync(join(tmpdir(), 'residuum-migration-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/**
 * The run was killed in its third epoch by the version before runs were folders. What that version made of it when it
 * took it up, to five epochs, stands beside it: with a moving average, Lookahead and held-out pictures.
 */
it('a run of the library before goes on after the migration with the losses it would have had', async () => {
  const { resumed } = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as {
    resumed: { summary: { id: string }; epochs: EpochMetrics[]; steps: { step: number; loss: number }[] }
  }
  const folder = join(work, 'library')
  cpSync(FIXTURE, folder, { recursive: true })
  const library = await Library.open(folder)
  await library.refresh()
  const { id } = resumed.summary
  const { experiment } = await library.getDetail(id)
  const losses = new Map<number, number | null>()
  const epochs: EpochMetrics[] = []
  const ends: unknown[] = []
  const job = {
    experiment: { ...experiment!, recipe: { ...experiment!.recipe, epochs: 5 } },
    folder: library.runFolder(id),
    resume: true
  }
  await train(job, new TrainingControl(), (event) => {
    if (event.type === 'steps') for (const { step, loss } of event.steps) losses.set(step, loss)
    if (event.type === 'epoch') epochs.push(event.metrics)
    if (event.type === 'ended') ends.push(event.status, event.error)
  })
  expect(ends).toEqual(['finished', null])
  // From its last whole checkpoint, after two epochs of nine steps. Another processor rounds otherwise.
  const expected = resumed.steps.filter(({ step }) => step >= 18)
  expect([...losses]).toEqual(expected.map(({ step, loss }) => [step, expect.closeTo(loss, 5)]))
  expect(epochs.map(({ epoch, loss, testLoss }) => [epoch, loss, testLoss])).toEqual(
    resumed.epochs
      .slice(2)
      .map(({ epoch, loss, testLoss }) => [epoch, expect.closeTo(loss!, 5), expect.closeTo(testLoss!, 5)])
  )
  await library.close()
})
