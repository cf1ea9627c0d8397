import { parseDocument } from '../architecture/document'
import { strictly } from '../architecture/strict'
import { requireKnownAttributes, unknownAttributes, withoutUnknown } from '../architecture/unknown'
import { unknownKeys } from '../unknownKeys'
import { experimentSchema, type Experiment } from './schema'

/**
 * The experiment of a file's text. Throws ResiduumError `experiment-file`, which says what is wrong and where,
 * `document-newer`, `document-unknown` or `document-unknown-near` for a name that no experiment has there, and
 * `document-attribute` or `document-attribute-near` for an attribute that no layer has.
 */
export function parseExperiment(text: string, file: string): Experiment {
  const experiment = strictly(text, file, experimentSchema, 'experiment', () =>
    parseDocument(text, file, 'residuum.experiment', experimentSchema, 'experiment-file')
  )
  // A check says so of layers that are trained; others may be joined to them later.
  requireKnownAttributes(experiment.architecture, file)
  return experiment
}

/** Names that are told of one document: more tell nobody more. */
const MAX_NAMES = 5

/** The first names in an experiment's document that are not known here, with the places of them. */
export function unknownInExperiment({ architecture }: Experiment, document: unknown): string[] {
  const found: string[] = []
  for (const { place, key } of unknownKeys(experimentSchema, document)) {
    if (found.push([...place, key].join('.')) === MAX_NAMES) return found
  }
  for (const { nodes } of [architecture.graph, ...Object.values(architecture.blocks).map(({ graph }) => graph)]) {
    for (const node of nodes) {
      const names = node.type === 'layer' ? unknownAttributes(node) : []
      found.push(...names.map(({ name }) => `${node.id}.attributes.${name}`))
    }
  }
  return found.slice(0, MAX_NAMES)
}

/** The experiment without them. */
export const withoutUnknownIn = (experiment: Experiment): Experiment => ({
  ...experiment,
  architecture: withoutUnknown(experiment.architecture)
})
