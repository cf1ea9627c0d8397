// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { useRuns } from '../../../../src/renderer/app/stores/runs'
import { useComparison } from '../../../../src/renderer/compare/comparison'
import { ResiduumError } from '../../../../src/shared/errors'
import type { RunDetail, RunSummary } from '../../../../src/shared/run/schema'
import { curves, detail, later, pretendMain, run, settle } from '../pretended'

const main = pretendMain()
let stored: Map<string, RunSummary>

beforeEach(() => {
  stored = new Map(
    ['a', 'b', 'c'].map((id, index) => [id, run(id, { number: index + 1, epochsDone: 2, colour: index })])
  )
  main.answers['runs.list'] = ({ limit }) => ({ runs: [...stored.values()].slice(0, limit), total: stored.size })
  main.answers['runs.get'] = ({ id }) => {
    const found = stored.get(id)
    if (!found) throw new ResiduumError('run-missing', { id })
    return detail(found)
  }
  main.answers['runs.curves'] = (requests) => curves(requests, 2)
})

const ids = (comparison: ReturnType<typeof useComparison>) =>
  comparison.compared.map(({ detail: { summary } }) => summary.id)
/** The run as the library now has it, with the event that says so. */
function change(id: string, part: Partial<RunSummary>): void {
  const next = { ...stored.get(id)!, ...part }
  stored.set(id, next)
  useRuns().follow({ type: 'run-changed', run: next })
}

describe('what stands side by side', () => {
  it('is at first what a newcomer wants to see: two runs, offered once', async () => {
    const comparison = useComparison()
    comparison.show()
    await settle()
    expect(ids(comparison)).toEqual(['a', 'b'])
    expect(main.askedFor('runs.list')).toMatchObject([{ evaluated: true, limit: 2 }])
    comparison.clear()
    comparison.hide()
    comparison.show()
    await settle()
    expect(ids(comparison)).toEqual([])
  })

  it('is the user’s choice where there is one', async () => {
    const comparison = useComparison()
    comparison.show()
    comparison.choose([stored.get('c')!])
    await settle()
    expect(ids(comparison)).toEqual(['c'])
  })

  it('stands in the order of the runs, whatever the order of choosing, and is read once', async () => {
    const comparison = useComparison()
    comparison.toggle(stored.get('c')!)
    comparison.choose([stored.get('a')!, stored.get('c')!])
    await settle()
    expect(ids(comparison)).toEqual(['a', 'c'])
    expect(main.askedFor('runs.get')).toHaveLength(2)
    comparison.toggle(stored.get('a')!)
    expect(ids(comparison)).toEqual(['c'])
  })

  it('has a colour for each, also where two runs have the same', async () => {
    const comparison = useComparison()
    const twins = [run('a', { colour: 3 }), run('b', { number: 2, colour: 3 })]
    for (const twin of twins) stored.set(twin.id, twin)
    comparison.choose(twins)
    await settle()
    const [one, other] = comparison.compared.map(({ colour }) => colour)
    expect(one).toBe(3)
    expect(other).not.toBe(3)
    expect(comparison.colourOf(twins[1]!)).toBe(other)
    expect(comparison.colourOf(run('x', { colour: 5 }))).toBe(5)
  })
})

describe('a change in the library', () => {
  it('is read anew where an epoch came or the run took a turn, else taken from the event', async () => {
    const comparison = useComparison()
    comparison.choose([stored.get('a')!])
    comparison.show()
    await settle()
    main.asked.length = 0
    change('a', { name: 'new', steps: 9 })
    await settle()
    expect(main.asked).toEqual([])
    expect(comparison.compared[0]!.detail.summary).toMatchObject({ name: 'new', steps: 9 })
    change('a', { epochsDone: 3 })
    await settle()
    expect(main.askedFor('runs.get')).toHaveLength(1)
    expect(comparison.compared[0]!.detail.epochs).toHaveLength(3)
    change('a', { status: 'finished' })
    await settle()
    expect(main.askedFor('runs.get')).toHaveLength(2)
    change('b', { epochsDone: 9 })
    await settle()
    expect(main.askedFor('runs.get')).toHaveLength(2)
  })

  it('while nobody looks is taken up when somebody does, once', async () => {
    const comparison = useComparison()
    comparison.choose([stored.get('a')!])
    comparison.show()
    await settle()
    comparison.hide()
    main.asked.length = 0
    for (const epochsDone of [3, 4, 5]) change('a', { epochsDone })
    await settle()
    expect(main.asked).toEqual([])
    comparison.show()
    await settle()
    expect(main.askedFor('runs.get')).toHaveLength(1)
    expect(comparison.compared[0]!.detail.epochs).toHaveLength(5)
  })

  it('that takes a chosen run away unchooses it; brought back, it is chosen again', async () => {
    const comparison = useComparison()
    comparison.choose([stored.get('a')!, stored.get('b')!])
    await settle()
    useRuns().follow({ type: 'run-removed', id: 'a' })
    useRuns().follow({ type: 'run-removed', id: 'c' })
    expect(ids(comparison)).toEqual(['b'])
    useRuns().follow({ type: 'run-added', run: stored.get('a')! })
    useRuns().follow({ type: 'run-added', run: stored.get('c')! })
    await settle()
    expect(ids(comparison)).toEqual(['a', 'b'])
  })

  it('that overtakes a slower reading is not undone by it', async () => {
    const comparison = useComparison()
    comparison.choose([stored.get('a')!])
    comparison.show()
    await settle()
    const slow = later<RunDetail>()
    const before = stored.get('a')!
    const { 'runs.get': read } = main.answers
    main.answers['runs.get'] = () => slow.promise
    change('a', { epochsDone: 3 })
    await settle()
    main.answers['runs.get'] = read
    change('a', { epochsDone: 4 })
    await settle()
    slow.resolve(detail(before))
    await settle()
    expect(comparison.compared[0]!.detail.epochs).toHaveLength(4)
  })
})

it('a run that is not in the library any more is unchosen without a word', async () => {
  const comparison = useComparison()
  comparison.choose([stored.get('a')!, run('gone', { number: 9 })])
  await settle()
  expect([...comparison.chosen.keys()]).toEqual(['a'])
  expect(document.querySelectorAll('.el-message')).toHaveLength(0)
})

it('a run that cannot be read is unchosen, and it is said why', async () => {
  main.answers['runs.get'] = () => {
    throw new ResiduumError('disk-full', { file: 'journal' })
  }
  const comparison = useComparison()
  comparison.choose([stored.get('a')!])
  await settle()
  expect([...comparison.chosen.keys()]).toEqual([])
  expect(document.querySelector('.el-message')!.textContent).toContain('journal')
})
