import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { Library } from '../../../src/main/library/library'
import type { LibraryChange } from '../../../src/shared/run/change'
import { readJournal } from '../../../src/main/run/journal'
import type { JournalRecord } from '../../../src/shared/run/journal'
import { seriesOf, type Series } from '../../../src/shared/run/series'
import { temporaryFolder } from '../support'

const SCRIPT = 'test/reference/write_run.py'
const hasPython = spawnSync('python3', ['--version']).status === 0
const WITHIN = { timeout: 60_000, interval: 20 }

async function seriesIn(folder: string): Promise<Map<string, Series>> {
  const records: JournalRecord[] = []
  for await (const { record } of readJournal(folder)) records.push(record)
  return seriesOf(records)
}

describe.skipIf(!hasPython)('a run that a Python script writes', () => {
  it('is listed, found by its settings, opened and drawn', async () => {
    const folder = temporaryFolder()
    const write = (...options: string[]): string =>
      execFileSync('python3', [SCRIPT, folder, ...options], { encoding: 'utf8' }).trim()
    const id = write('--name', '别人的 run', '--steps', '110')
    const other = write('--steps', '40')
    const library = await Library.open(folder)
    try {
      await library.refresh()
      const { runs, total } = library.list({ sort: { by: 'number', descending: false } })
      expect(total).toBe(2)
      expect(runs.map((run) => run.number)).toEqual([1, 2])
      const conditions = [{ field: 'steps', operator: '>' as const, value: 100 }]
      expect(library.list({ conditions }).runs.map((run) => run.id)).toEqual([id])
      expect(library.findRun('别人的 run')).toBe(id)
      const summary = library.getRun(id)
      expect(summary).toMatchObject({
        name: '别人的 run',
        status: 'finished',
        steps: 110,
        epochsDone: 5,
        epochs: null,
        architecture: null,
        parameters: 9,
        problem: null,
        error: null
      })

      const detail = await library.getDetail(id)
      expect(detail).toMatchObject({ summary, experiment: null, stepsPerEpoch: 20 })
      expect(detail.settings).toMatchObject({ optimizer: 'sgd', steps: 110 })
      const accuracies = detail.epochs.map(({ testAccuracy }) => testAccuracy!)
      expect(summary.best).toEqual(detail.epochs[accuracies.indexOf(Math.max(...accuracies))])

      const wanted = [id, other].flatMap((run) => detail.series.map((name) => ({ run, name, points: 1000 })))
      const curves = await library.getCurves(wanted)
      expect(curves).toHaveLength(8)
      for (const { run, name, steps, mean } of curves) {
        expect({ steps, values: mean }).toEqual((await seriesIn(library.runFolder(run))).get(name))
      }
      expect(await library.check()).toEqual({ runs: 2, problems: [], stale: [], index: [] })
    } finally {
      await library.close()
    }
  })

  it('is seen live, and as interrupted once its process was killed', async () => {
    const folder = temporaryFolder()
    const library = await Library.open(folder)
    const changes: LibraryChange[] = []
    library.subscribe((change) => void changes.push(change))
    library.follow()
    const child = spawn('python3', [SCRIPT, folder, '--live', '240', '--steps', '2400'], { stdio: 'ignore' })
    try {
      await vi.waitFor(() => expect(changes.length).toBeGreaterThan(3), WITHIN)
      expect(changes.map(({ type }) => type)).toEqual(['run-added', ...changes.slice(1).map(() => 'run-changed')])
      const runs = changes.flatMap((change) => (change.type === 'run-removed' ? [] : [change.run]))
      expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['running']))
      const steps = runs.map((run) => run.steps)
      expect(steps).toEqual([...steps].sort((a, b) => a - b))
      child.kill('SIGKILL')
      await vi.waitFor(() => expect(library.listRuns()).toMatchObject([{ status: 'interrupted' }]), WITHIN)
    } finally {
      child.kill('SIGKILL')
      await library.close()
    }
  })
})
