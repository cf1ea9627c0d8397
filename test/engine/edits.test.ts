import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forward, networkVariables } from '../../src/main/engine/network'
import { Graph } from '../../src/main/engine/graph/graph'
import { constant, identity, placeholder } from '../../src/main/engine/graph/ops/arithmetic'
import { shapeOf } from '../../src/main/engine/graph/ops/shape'
import { assign } from '../../src/main/engine/graph/ops/variable'
import { Session } from '../../src/main/engine/graph/session'
import { checkArchitecture, type CheckedArchitecture } from '../../src/shared/architecture/check'
import { History } from '../../src/shared/architecture/edit/history'
import { architectureSchema, type Architecture } from '../../src/shared/architecture/schema'
import { beginnings, fixed, randomArchitecture, seededDraw, tryEdit } from '../support/randomEdits'

const NAME = { code: 'paste', parameters: {} } as const
/**
 * How many random architectures are compiled. `RESIDUUM_SCAN=1000 npx vitest run test/engine/edits.test.ts` looks at
 * that many.
 */
const SCANNED = Number(process.env.RESIDUUM_SCAN ?? 300)

/** The shape of each layer's output as TensorFlow has it when the network runs on a picture, channels first. */
async function shapesWhenRun(checked: CheckedArchitecture): Promise<Map<string, number[]>> {
  const graph = new Graph()
  const variables = networkVariables(graph, checked)
  const [channels, height, width] = checked.inputShape as [number, number, number]
  const x = placeholder(graph, 'float32', [null, height, width, channels])
  const randomness = placeholder(graph, 'int32', [2])
  const settings = { mode: 'evaluate', randomness, productType: 'float32' } as const
  const { outputs } = forward(graph, checked, variables, x, settings)
  const paths = checked.layers.map(({ path }) => path)
  // The names of a function's results may not hold dots.
  const asked = paths.map((path, index) => [`layer${index}`, shapeOf(graph, outputs.get(path)!)] as const)
  const zeros = [...variables.values()].map(({ variable }) => {
    const shape = variable.shape as number[]
    const fill = graph.emit(
      'Fill',
      [constant(graph, shape, 'int32'), constant(graph, 0)],
      { T: { type: 'float32' }, index_type: { type: 'int32' } },
      [{ dtype: 'float32', shape }]
    )
    return assign(graph, variable, fill[0]!)
  })
  const session = await Session.open(graph, {
    start: { inputs: { randomness }, outputs: { done: identity(graph, randomness, zeros) } },
    shapes: { inputs: { x, randomness }, outputs: Object.fromEntries(asked) }
  })
  try {
    const pair = { values: Int32Array.of(0, 0), shape: [2] }
    session.run('start', { randomness: pair })
    const picture = { values: new Float32Array(channels * height * width), shape: [1, height, width, channels] }
    const fetched = session.run('shapes', { x: picture, randomness: pair })
    return new Map(
      paths.map((path, index) => {
        const [, ...rest] = Array.from(fetched[`layer${index}`]!)
        return [path, rest.length === 3 ? [rest[2]!, rest[0]!, rest[1]!] : rest]
      })
    )
  } finally {
    session.close()
  }
}

describe('any sequence of edits', () => {
  it('keeps the schema, and is undone to the exact document and redone again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 25 }), (seed, length) => {
        const draw = seededDraw(seed)
        const first = beginnings[seed % beginnings.length]!()
        const text = JSON.stringify(first)
        const history = new History(first)
        const seen: Architecture[] = [first]
        for (let step = 0; step < length; step++) {
          const next = tryEdit(history.present, draw)
          if (next === history.present) continue
          expect(architectureSchema.parse(next)).toEqual(next)
          checkArchitecture(next)
          history.push(next, NAME)
          seen.push(next)
        }
        for (const before of seen.slice(0, -1).reverse()) expect(history.undo()).toBe(before)
        expect(JSON.stringify(history.present)).toBe(text)
        expect(history.undoName).toBeNull()
        for (const after of seen.slice(1)) expect(history.redo()).toBe(after)
        expect(history.redoName).toBeNull()
      }),
      { numRuns: 1000, seed: 7 }
    )
  })

  it('leads to shapes that the compiled graph has too', { timeout: 3_600_000 }, async () => {
    let compared = 0
    for (let seed = 0; compared < SCANNED && seed < 1.1 * SCANNED; seed++) {
      const { checked } = checkArchitecture(randomArchitecture(seed, 8 + (seed % 12)))
      if (!checked) continue
      const run = await shapesWhenRun(checked)
      const rules = new Map(checked.layers.map(({ path, outputShape }) => [path, [...outputShape]]))
      expect(run, `seed ${seed}`).toEqual(rules)
      compared += 1
    }
    expect(compared).toBe(SCANNED)
  })

  it('keeps at least 500 steps', () => {
    const history = new History(beginnings[0]!())
    const first = history.present
    for (let step = 0; step < 600; step++) history.push({ ...first, description: String(step) }, NAME)
    for (let step = 0; step < 600; step++) history.undo()
    expect(history.present).toBe(first)
  })

  it('mends a last layer that is not as wide as the classes', () => {
    const broken = { ...beginnings[0]!(), classes: 7 }
    expect(checkArchitecture(broken).checked).toBeNull()
    expect(checkArchitecture(fixed(broken)).checked?.classes).toBe(7)
  })
})
