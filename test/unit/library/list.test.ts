import { describe, expect, it } from 'vitest'
import { Library } from '../../../src/main/library/library'
import { changeUser } from '../../../src/main/run/folder'
import { presetExperiment } from '../../../src/shared/presets'
import type { RunConditionInput } from '../../../src/shared/run/query'
import { addRun, ended, epochRecord, started } from '../../support/runFolders'
import { temporaryFolder } from '../support'

/** Six runs; of the third nothing is known, the fifth is archived, the sixth deleted. */
async function sixRuns(): Promise<{ library: Library; ids: string[] }> {
  const folder = temporaryFolder()
  const ids: string[] = []
  for (const [index, testAccuracy] of [0.3, 0.5, null, 0.4, 0.6, 0.7].entries()) {
    const experiment = presetExperiment(index % 2 === 0 ? 'lenet-5' : 'resnet-20')
    experiment.recipe.optimizer.learningRate = 0.01 * (index + 1)
    experiment.recipe.dropLast = index === 1
    const records = testAccuracy === null ? [ended('failed')] : [started(1), epochRecord(0, { testAccuracy }), ended()]
    ids.push((await addRun(folder, records, experiment)).id)
  }
  const folderOf = (index: number): string => `${folder}/runs/${ids[index]}`
  await changeUser(folderOf(0), { name: 'Wide_100% 网络' })
  await changeUser(folderOf(4), { archivedAt: 1 })
  await changeUser(folderOf(5), { deletedAt: Date.now() })
  const library = await Library.open(folder)
  await library.refresh()
  return { library, ids }
}

describe('lists of runs', () => {
  it('are sorted and paged in SQL, runs without a value last', async () => {
    const { library, ids } = await sixRuns()
    const page = (offset: number, descending: boolean) => {
      const { runs, total } = library.list({ offset, limit: 2, sort: { by: 'testAccuracy', descending } })
      return { places: runs.map(({ id }) => ids.indexOf(id)), total }
    }
    expect(page(0, true)).toEqual({ places: [1, 3], total: 4 })
    expect(page(2, true)).toEqual({ places: [0, 2], total: 4 })
    expect(page(4, true)).toEqual({ places: [], total: 4 })
    expect([...page(0, false).places, ...page(2, false).places]).toEqual([0, 3, 1, 2])
    expect(library.list().runs.map(({ number }) => number)).toEqual([4, 3, 2, 1])
    expect(library.list({ shelf: 'archived' }).runs.map(({ number }) => number)).toEqual([5])
    expect(library.list({ shelf: 'deleted' }).runs.map(({ number }) => number)).toEqual([6])
    await library.close()
  })

  it('hold what a filter asks for: names, states, figures and any setting', async () => {
    const { library, ids } = await sixRuns()
    const numbers = (query: Parameters<Library['list']>[0]): number[] =>
      library.list({ ...query, sort: { by: 'number', descending: false } }).runs.map(({ id }) => ids.indexOf(id) + 1)
    const where = (field: string, operator: RunConditionInput['operator'], value: string | number): number[] =>
      numbers({ conditions: [{ field, operator, value }] })
    expect(numbers({ text: 'wide_' })).toEqual([1])
    expect(numbers({ text: '100%' })).toEqual([1])
    expect(numbers({ text: '网络' })).toEqual([1])
    expect(numbers({ text: 'e_n' })).toEqual([])
    expect(numbers({ status: ['failed'] })).toEqual([3])
    expect(numbers({ evaluated: true })).toEqual([1, 2, 4])
    expect(where('optimizer.learningRate', '>', 0.025)).toEqual([3, 4])
    expect(where('optimizer.learningRate', '!=', 0.02)).toEqual([1, 3, 4])
    expect(where('optimizer.kind', '=', 'sgd')).toEqual([1, 2, 3, 4])
    expect(where('dropLast', '=', 'true')).toEqual([2])
    expect(where('dropLast', '=', 1)).toEqual([2])
    expect(where('averaging', '=', 'none')).toEqual([1, 2, 3, 4])
    expect(where('architecture', 'contains', 'ResNet')).toEqual([2, 4])
    expect(where('dataset', '=', 'cifar10')).toEqual([1, 2, 3, 4])
    expect(where('testAccuracy', '>=', 0.4)).toEqual([2, 4])
    expect(where('name', 'contains', 'WIDE')).toEqual([1])
    expect(where("x' OR 1 --", '=', 1)).toEqual([])
    const both: RunConditionInput[] = [
      { field: 'optimizer.learningRate', operator: '<=', value: 0.03 },
      { field: 'architecture', operator: '=', value: 'lenet-5' }
    ]
    expect(numbers({ conditions: both })).toEqual([1, 3])
    await library.close()
  })
})
