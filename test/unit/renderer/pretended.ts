import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, vi } from 'vitest'
import type { z } from 'zod'
import { describeError } from '../../../src/shared/errors'
import type { Answer } from '../../../src/shared/ipc/channel'
import { routes, type RouteName, type Routes } from '../../../src/shared/ipc/routes'
import { presetExperiment } from '../../../src/shared/presets'
import type { Curve, CurveRequest } from '../../../src/shared/run/curves'
import {
  epochMetricsSchema,
  runDetailSchema,
  runSummarySchema,
  type EpochMetrics,
  type RunDetail,
  type RunSummary
} from '../../../src/shared/run/schema'

/** What the pretended main process answers; a route without an answer must not be asked. */
export type Answers = {
  [R in RouteName]?: (
    input: z.output<Routes[R]['input']>
  ) => z.input<Routes[R]['output']> | Promise<z.input<Routes[R]['output']>>
}

/**
 * Stands in for main at the bridge, for each test anew, with stores of their own. What crosses is copied and parsed by
 * the routes' schemas, as between processes: what cannot be cloned fails here too.
 */
export function pretendMain(): {
  answers: Answers
  /** Every request so far, in order. */
  asked: [route: RouteName, input: unknown][]
  /** The inputs of the requests of one route. */
  askedFor(route: RouteName): unknown[]
} {
  const main = {
    answers: {} as Answers,
    asked: [] as [RouteName, unknown][],
    askedFor: (route: RouteName) => main.asked.filter(([name]) => name === route).map(([, input]) => input)
  }
  const request = async (name: RouteName, input: unknown): Promise<Answer<unknown>> => {
    const read = routes[name].input.parse(structuredClone(input)) as never
    main.asked.push([name, read])
    const answer = main.answers[name] as ((value: never) => unknown) | undefined
    if (!answer) throw new Error(`nobody answers ${name}`)
    try {
      return { ok: true, data: structuredClone(routes[name].output.parse(await answer(read))) }
    } catch (error) {
      return { ok: false, error: describeError(error) }
    }
  }
  beforeEach(() => {
    main.answers = {}
    main.asked.length = 0
    setActivePinia(createPinia())
    Object.assign(window, { residuum: { request, subscribe: () => () => undefined } })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  return main
}

/** Lets all that waits for an answer go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

/** An answer that comes when the test says so. */
export function later<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

export const run = (id: string, change: Partial<RunSummary> = {}): RunSummary =>
  runSummarySchema.parse({
    id,
    number: 1,
    name: id,
    status: 'running',
    colour: 0,
    createdAt: 1,
    finishedAt: null,
    architecture: 'resnet-20',
    parameters: 272_474,
    epochs: 10,
    epochsDone: 0,
    steps: 0,
    last: null,
    best: null,
    diverged: false,
    device: null,
    error: null,
    problem: null,
    notes: '',
    tags: [],
    starred: false,
    archived: false,
    deleted: false,
    ...change
  })

export const epochs = (count: number): EpochMetrics[] =>
  Array.from({ length: count }, (_, epoch) => epochMetricsSchema.parse({ epoch, loss: 1 / (epoch + 1) }))

/** What the library tells of a run of so many epochs. */
export const detail = (summary: RunSummary): RunDetail =>
  runDetailSchema.parse({
    summary,
    experiment: presetExperiment('resnet-20'),
    settings: {},
    epochs: epochs(summary.epochsDone),
    stepsPerEpoch: 4,
    series: ['loss', 'accuracy', 'seconds'],
    diagnostics: null
  })

/** Curves of `count` steps whose loss is `1000 + step`, in groups of `size`. */
export const curves = (requests: readonly Pick<CurveRequest, 'run' | 'name'>[], count: number, size = 1): Curve[] =>
  requests.map(({ run: id, name }) => {
    const last = Array.from({ length: Math.floor(count / size) }, (_, index) => (index + 1) * size - 1)
    const values = Float32Array.from(last, (step) => (name === 'loss' ? 1000 + step : step))
    return { run: id, name, steps: Float64Array.from(last), mean: values, minimum: values, maximum: values }
  })
