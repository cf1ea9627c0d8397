import { describe, expect, it } from 'vitest'
import { convolutionAlgorithms } from '../../src/main/engine/graph/ops/convolution'
import type { StoredTensor } from '../../src/main/engine/safetensors'
import { architectureSchema } from '../../src/shared/architecture/schema'
import documents from '../fixtures/random-networks.json'
import { checkedOf, runNetwork, type Mode, type Tensors } from '../support/networkRuns'
import { readFixture } from './support'

const VALUES = 1e-4
const GRADIENTS = 1e-3
/** Of the network's largest: a gradient that vanishes by construction has no digits of its own. */
const FLOOR = 2e-2

const largest = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => Math.max(a, Math.abs(b)), 0)
const isGradient = (name: string): boolean => name.includes('.gradient.')

/** How far each expected value is off in units of what is allowed, as `test/reference/random_networks.py` counts. */
function errors(actual: Tensors, expected: ReadonlyMap<string, StoredTensor>): Record<string, number> {
  const scales = new Map<string, number>()
  for (const [name, { values }] of expected) {
    if (!isGradient(name)) continue
    const mode = name.split('.')[0]!
    scales.set(mode, Math.max(scales.get(mode) ?? 0, largest(values)))
  }
  return Object.fromEntries(
    [...expected].map(([name, { values }]) => {
      const own = actual.get(name)?.values
      if (own?.length !== values.length) return [name, Infinity]
      const floor = isGradient(name) ? FLOOR * scales.get(name.split('.')[0]!)! : 1e-30
      const difference = largest(Array.from(values, (value, index) => own[index]! - value))
      return [name, difference / ((isGradient(name) ? GRADIENTS : VALUES) * Math.max(largest(values), floor))]
    })
  )
}

// A thousand more, and why no value lies at a kink: test/reference/random_networks.py, which writes these.
describe('random networks equal PyTorch', () => {
  const { tensors } = readFixture('random-networks')
  const cases = documents.map((document, index) => {
    const own = [...tensors].filter(([name]) => name.startsWith(`${index}/`))
    const given = new Map(own.map(([name, tensor]) => [name.slice(name.indexOf('/') + 1), tensor]))
    return { index, document, given, algorithm: convolutionAlgorithms[index % convolutionAlgorithms.length]! }
  })

  it.each(cases)('$index by $algorithm', async ({ document, given, algorithm }) => {
    const expected = new Map([...given].filter(([name]) => /^(train|evaluate|after)\./.test(name)))
    const modes = (['train', 'evaluate'] as const).filter((mode: Mode) => expected.has(`${mode}.logits`))
    const actual = await runNetwork(checkedOf(architectureSchema.parse(document)), given, algorithm, modes)
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
    const wrong = Object.entries(errors(actual, expected)).filter(([, error]) => !(error <= 1))
    expect(Object.fromEntries(wrong)).toEqual({})
  })
})
