// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, KeepAlive, shallowRef } from 'vue'
import { useRunPage, useRuns } from '../../../../../src/renderer/app/stores/runs'
import type { RunQueryInput } from '../../../../../src/shared/run/query'
import { later, pretendMain, run, settle } from '../../pretended'

const main = pretendMain()

describe('the number of runs', () => {
  it('is read anew where runs come or go, and each change is told to who listens', async () => {
    let total = 3
    main.answers['runs.list'] = () => ({ runs: [], total })
    const store = useRuns()
    await store.load()
    expect([store.total, store.loaded]).toEqual([3, true])
    const heard: string[] = []
    const end = store.subscribe(({ type }) => heard.push(type))
    store.follow({ type: 'run-changed', run: run('a') })
    await settle()
    expect(main.asked).toHaveLength(1)
    total = 4
    store.follow({ type: 'run-added', run: run('b') })
    await settle()
    expect(store.total).toBe(4)
    end()
    store.follow({ type: 'run-removed', id: 'a' })
    expect(heard).toEqual(['run-changed', 'run-added'])
  })

  it('is read once at a time, and once more for all that came meanwhile', async () => {
    const answers = [later<number>(), later<number>(), later<number>()]
    let next = 0
    main.answers['runs.list'] = async () => ({ runs: [], total: await answers[next++]!.promise })
    const store = useRuns()
    for (let index = 0; index < 100; index++) store.follow({ type: 'run-added', run: run(`run ${index}`) })
    await settle()
    expect(main.asked).toHaveLength(1)
    answers[0]!.resolve(1)
    await settle()
    expect(main.asked).toHaveLength(2)
    answers[1]!.resolve(100)
    await settle()
    expect([store.total, main.asked.length]).toEqual([100, 2])
  })
})

/** A page of runs within a place that can be left and opened, as the window's are. */
function page(query: RunQueryInput) {
  // A value as a computed one is: proxies do not cross to main.
  const asked = shallowRef<RunQueryInput>(query)
  const shown = shallowRef(true)
  let own!: ReturnType<typeof useRunPage>
  const List = defineComponent({
    setup() {
      own = useRunPage(asked)
      return () =>
        h(
          'ol',
          own.runs.value.map(({ id, name }) => h('li', { key: id }, name))
        )
    }
  })
  const wrapper = mount(() => h(KeepAlive, () => (shown.value ? h(List) : undefined)))
  return {
    query: asked,
    open: async (value: boolean) => {
      shown.value = value
      await settle()
    },
    page: () => own,
    names: () => wrapper.findAll('li').map((item) => item.text()),
    close: () => wrapper.unmount()
  }
}

describe('a page of runs', () => {
  const list = [run('a'), run('b')]

  it('shows what its query asks for, and another page for another query', async () => {
    main.answers['runs.list'] = ({ limit }) => ({ runs: list.slice(0, limit), total: 2 })
    const { query, names, page: own, close } = page({ limit: 1 })
    await settle()
    expect([names(), own().total.value, own().loaded.value]).toEqual([['a'], 2, true])
    query.value = { limit: 2 }
    await settle()
    expect(names()).toEqual(['a', 'b'])
    close()
  })

  it('replaces a run that changed in its place, without asking', async () => {
    main.answers['runs.list'] = () => ({ runs: list, total: 2 })
    const { names, close } = page({ limit: 2 })
    await settle()
    main.asked.length = 0
    useRuns().follow({ type: 'run-changed', run: run('a', { name: 'new' }) })
    useRuns().follow({ type: 'run-changed', run: run('on another page') })
    await settle()
    expect(names()).toEqual(['new', 'b'])
    expect(main.asked).toEqual([])
    close()
  })

  it('of evaluated runs takes one up with its first epoch', async () => {
    main.answers['runs.list'] = () => ({ runs: list, total: 2 })
    const { close } = page({ evaluated: true, limit: 2 })
    await settle()
    main.asked.length = 0
    useRuns().follow({ type: 'run-changed', run: run('c', { epochsDone: 2 }) })
    await settle()
    expect(main.asked).toHaveLength(0)
    useRuns().follow({ type: 'run-changed', run: run('c', { epochsDone: 1 }) })
    await settle()
    expect(main.asked).toHaveLength(1)
    close()
  })

  it('does nothing while its place is not open, and is read once when it is', async () => {
    let now = list
    main.answers['runs.list'] = ({ limit }) => ({ runs: now.slice(0, limit), total: now.length })
    const { names, open, close } = page({ limit: 3 })
    await settle()
    await open(false)
    main.asked.length = 0
    now = [run('c'), ...list]
    for (const event of ['run-added', 'run-changed'] as const) useRuns().follow({ type: event, run: run('c') })
    await settle()
    // The store's own count alone.
    expect(main.askedFor('runs.list')).toMatchObject([{ limit: 1 }])
    await open(true)
    expect(main.askedFor('runs.list')).toHaveLength(2)
    expect(names()).toEqual(['c', 'a', 'b'])
    close()
  })

  it('hears nothing more once it is closed', async () => {
    main.answers['runs.list'] = () => ({ runs: list, total: 2 })
    const { page: own, close } = page({ limit: 2 })
    await settle()
    close()
    useRuns().follow({ type: 'run-changed', run: run('a', { name: 'new' }) })
    expect(own().runs.value.map(({ name }) => name)).toEqual(['a', 'b'])
  })
})
