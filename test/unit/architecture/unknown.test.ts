import { describe, expect, it } from 'vitest'
import { checkArchitecture } from '../../../src/shared/architecture/check'
import { openArchitecture, parseArchitecture } from '../../../src/shared/architecture/document'
import { findFix } from '../../../src/shared/architecture/fixes'
import { describeProblem } from '../../../src/shared/architecture/problems'
import { architectureSchema } from '../../../src/shared/architecture/schema'
import { requireKnownAttributes, withoutUnknown } from '../../../src/shared/architecture/unknown'
import { parseExperiment } from '../../../src/shared/experiment/document'
import { presetExperiment, presetNames, presets } from '../../../src/shared/presets'
import { nearest, unknownKeys } from '../../../src/shared/unknownKeys'

type Json = Record<string, unknown>

/** A document with another value at a place, as a person may have written it. */
function written(document: object, ...changes: [place: string, value: unknown][]): string {
  // Presets share nodes between drawings, which a file does not.
  const copy = JSON.parse(JSON.stringify(document)) as Json
  for (const [place, value] of changes) {
    const names = place.split('.')
    const last = names.pop()!
    const owner = names.reduce<Json>((inner, name) => inner[name] as Json, copy)
    owner[last] = value
  }
  return JSON.stringify(copy)
}

const { architecture } = presets['seed-resnet']
const layerAt = architecture.graph.nodes.findIndex(({ type }) => type === 'layer')
const layer = architecture.graph.nodes[layerAt]!

describe('names that a document should not have', () => {
  it('are none in what comes with the app', () => {
    for (const name of presetNames) {
      const own = presets[name].architecture
      expect(parseArchitecture(JSON.stringify(own), 'a.json')).toEqual(own)
      expect(() => requireKnownAttributes(own, 'a.json')).not.toThrow()
      expect(withoutUnknown(own)).toEqual(own)
      const experiment = presetExperiment(name)
      expect(parseExperiment(JSON.stringify(experiment), 'e.json')).toEqual(experiment)
    }
  })

  it.each([
    ['colour', 'architecture has no entry colour; did you mean'],
    ['inputs', 'architecture has no entry inputs; did you mean input?'],
    ['input.widht', 'input has no entry widht; did you mean width?'],
    ['graph.node', 'graph has no entry node; did you mean nodes?'],
    [`graph.nodes.${layerAt}.attribute`, `graph.nodes.${layerAt} has no entry attribute; did you mean attributes?`],
    [`graph.nodes.${layerAt}.Frozen`, `graph.nodes.${layerAt} has no entry Frozen; did you mean frozen?`],
    ['graph.edges.0.prot', 'graph.edges.0 has no entry prot; did you mean port?']
  ])('refuse an architecture by %s', (place, reason) => {
    const text = written(architecture, [place, 1])
    expect(() => parseArchitecture(text, 'a.json')).toThrow(reason)
    expect(openArchitecture(text, 'a.json').name).toBe(architecture.name)
  })

  it('are found in blocks and in what is repeated', () => {
    const preset = presets['resnet-20'].architecture
    const block = Object.keys(preset.blocks)[0]!
    expect(() => parseArchitecture(written(preset, [`blocks.${block}.graph.nodes.1.kinds`, 1]), 'a.json')).toThrow(
      `blocks.${block}.graph.nodes.1 has no entry kinds; did you mean kind?`
    )
    expect(() => parseArchitecture(written(preset, [`blocks.${block}.parameter`, 1]), 'a.json')).toThrow(
      `blocks.${block} has no entry parameter; did you mean parameters?`
    )
  })

  it.each([
    ['recipes', 'experiment has no entry recipes; did you mean recipe?'],
    ['dataset.names', 'dataset has no entry names; did you mean name?'],
    ['recipe.batch_size', 'recipe has no entry batch_size; did you mean batchSize?'],
    ['recipe.optimizer.lr', 'recipe.optimizer has no entry lr; did you mean'],
    ['recipe.optimizer.betas', 'recipe.optimizer has no entry betas; did you mean'],
    ['recipe.augmentation.crop.pading', 'recipe.augmentation.crop has no entry pading; did you mean padding?'],
    [`architecture.graph.nodes.0.color`, 'architecture.graph.nodes.0 has no entry color; did you mean']
  ])('refuse an experiment by %s', (place, reason) => {
    expect(() => parseExperiment(written(presetExperiment('resnet-9'), [place, 1]), 'e.json')).toThrow(reason)
  })

  it('are told before what is missing for them, but not of a document of another kind', () => {
    const experiment = presetExperiment('resnet-9')
    const { epochs, ...recipe } = experiment.recipe
    const misspelt = JSON.stringify({ ...experiment, recipe: { ...recipe, epoch: epochs } })
    expect(() => parseExperiment(misspelt, 'e.json')).toThrow('recipe has no entry epoch; did you mean epochs?')
    const other = JSON.stringify(experiment.architecture)
    expect(() => parseExperiment(other, 'a.json')).toThrow('its format is "residuum.architecture"')
  })

  it('are told apart from a newer version', () => {
    const newer = written(architecture, ['version', 2], ['colour', 1])
    expect(() => parseArchitecture(newer, 'a.json')).toThrow('a.json was written by a newer Residuum (version 2)')
    const inside = written(presetExperiment('resnet-9'), ['architecture.version', 3], ['recipe.lr', 1])
    expect(() => parseExperiment(inside, 'e.json')).toThrow('e.json was written by a newer Residuum (version 3)')
  })
})

describe('a layer’s attributes', () => {
  const dropout = (attributes: Json): typeof architecture =>
    architectureSchema.parse({
      ...architecture,
      graph: {
        ...architecture.graph,
        nodes: architecture.graph.nodes.map((node) =>
          node.id === layer.id ? { type: 'layer', id: layer.id, kind: 'Dropout', attributes } : node
        )
      }
    })
  const problemsOf = (drawn: typeof architecture): string[] =>
    checkArchitecture(drawn)
      .problems.filter(({ code }) => code.startsWith('unknown'))
      .map(describeProblem)

  it('that its kind does not have are a problem with the nearest name, and refused in an import', () => {
    const drawn = dropout({ rate: 0.1 })
    expect(problemsOf(drawn)).toEqual([`${layer.id}: Dropout has no attribute rate; did you mean p?`])
    expect(() => requireKnownAttributes(drawn, 'a.json')).toThrow('Dropout has no attribute rate; did you mean p?')
    expect(problemsOf(dropout({ p: 0.1 }))).toEqual([])
  })

  it('are mended by the near name, or taken out where that has its value', () => {
    for (const [attributes, mended] of [
      [{ rate: 0.1 }, { p: 0.1 }],
      [{ rate: 0.1, p: 0.3 }, { p: 0.3 }]
    ]) {
      const drawn = dropout(attributes!)
      const result = checkArchitecture(drawn)
      const problem = result.problems.find(({ code }) => code === 'unknown-attribute-near')!
      const fixed = findFix(drawn, result, problem)!.apply(drawn)
      expect(problemsOf(fixed)).toEqual([])
      expect(fixed.graph.nodes.find(({ id }) => id === layer.id)).toMatchObject({ attributes: mended })
    }
  })

  it('and entries of nodes that the library holds open, with a problem that can be mended', () => {
    const text = written(architecture, [`graph.nodes.${layerAt}.frozn`, true], [`graph.nodes.0.colour`, 'red'])
    const opened = openArchitecture(text, 'a')
    expect(problemsOf(opened).sort()).toEqual(
      [
        `${architecture.graph.nodes[0]!.id}: A node has no entry colour; did you mean type?`,
        `${layer.id}: A node has no entry frozn; did you mean frozen?`
      ].sort()
    )
    const result = checkArchitecture(opened)
    const mended = result.problems.reduce((drawn, problem) => findFix(drawn, result, problem)!.apply(drawn), opened)
    expect(mended).toEqual(architecture)
    expect(withoutUnknown(opened)).toEqual(architecture)
  })
})

describe('the nearest name', () => {
  it.each([
    ['learning_rate', ['momentum', 'learningRate'], 'learningRate'],
    ['pading', ['padding', 'bias'], 'padding'],
    ['rate', ['p'], 'p'],
    ['inplace', [], null]
  ])('of %s among %j is %s', (wrong, names, near) => {
    expect(nearest(wrong, names)).toBe(near)
  })
})

it('a walk finds nothing in what is no object', () => {
  expect([...unknownKeys(architectureSchema, null)]).toEqual([])
  expect([...unknownKeys(architectureSchema, [1])].length).toBe(1)
})
