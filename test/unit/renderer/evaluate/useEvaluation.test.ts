// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { defineComponent, h, nextTick, ref, shallowRef } from 'vue'
import { useEvaluation } from '../../../../src/renderer/evaluate/useEvaluation'
import { ResiduumError } from '../../../../src/shared/errors'
import type { RunEvaluation, RunSummary } from '../../../../src/shared/run/schema'
import { later, pretendMain, run, settle } from '../pretended'

const main = pretendMain()

/** Predictions of two pictures over so many classes. */
const found = (epoch: number, names: string[]): RunEvaluation => ({
  evaluation: {
    epoch,
    k: 1,
    pictures: Uint32Array.of(4, 9),
    labels: Uint16Array.of(0, names.length - 1),
    classes: Uint16Array.of(names.length - 1, names.length - 1),
    probabilities: Float32Array.of(0.5, 0.5),
    trueProbability: null
  },
  kept: [{ epoch, accuracy: 0.5 }],
  best: epoch,
  monitor: null,
  dataset: null,
  classes: names
})

function mounted(first: RunSummary) {
  const chosen = shallowRef<RunSummary | null>(first)
  const epoch = ref<number | null>(null)
  let state!: ReturnType<typeof useEvaluation>
  mount(
    defineComponent({
      setup() {
        state = useEvaluation(chosen, epoch)
        return () => h('div')
      }
    })
  )
  return { chosen, epoch, ...state }
}

it('never shows the names of one run beside the predictions of another, whichever answer is slower', async () => {
  const slow = later<RunEvaluation>()
  main.answers['runs.evaluation'] = ({ id }) => (id === 'wide' ? slow.promise : found(1, ['a', 'b']))
  const { chosen, shown, current } = mounted(run('wide'))
  chosen.value = run('narrow')
  await settle()
  expect([shown.value?.run, shown.value?.classes, current.value]).toEqual(['narrow', ['a', 'b'], true])
  slow.resolve(found(5, ['a', 'b', 'c', 'd']))
  await settle()
  expect([shown.value?.run, shown.value?.matrix]).toEqual([
    'narrow',
    [
      [0, 1],
      [0, 1]
    ]
  ])
})

it('says that what is shown is of the former run until the new one is read, and why one cannot be', async () => {
  const slow = later<RunEvaluation>()
  main.answers['runs.evaluation'] = ({ id }) => (id === 'second' ? slow.promise : found(1, ['a', 'b']))
  const { chosen, shown, problem, current } = mounted(run('first'))
  await settle()
  chosen.value = run('second')
  await nextTick()
  expect([shown.value?.run, current.value]).toEqual(['first', false])
  slow.reject(new ResiduumError('evaluation-missing', { id: 'second' }))
  await settle()
  expect([shown.value, problem.value?.code]).toEqual([null, 'evaluation-missing'])
})

it('reads anew when an epoch is done, and asks for the epoch that was chosen', async () => {
  main.answers['runs.evaluation'] = ({ epoch }) => found(epoch ?? 7, ['a', 'b'])
  const { chosen, epoch, shown } = mounted(run('one'))
  await settle()
  expect([shown.value?.asked, shown.value?.evaluation.epoch]).toEqual([null, 7])
  epoch.value = 3
  await settle()
  expect([shown.value?.asked, shown.value?.evaluation.epoch]).toEqual([3, 3])
  chosen.value = run('one', { epochsDone: 1 })
  await settle()
  expect(main.askedFor('runs.evaluation')).toHaveLength(3)
})
