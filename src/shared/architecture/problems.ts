import { texts } from '../messages'
import type { Coded, CodedArguments, Parameters } from '../messages/coded'
import type messages from '../messages/en/problems'
import { tell } from '../messages/tell'

/** What can be wrong with an architecture. Its words stand in `shared/messages`. */
export type PlacelessProblem = Coded<typeof messages>
/** The same, and of which node. */
export type Problem = PlacelessProblem & {
  /** Path of the node at fault, blocks and repetitions joined by dots; empty for the whole drawing. */
  path: string
}
export type ProblemCode = Problem['code']

/** Thrown by a rule of one node; the checker adds the node's path and collects it. */
export class ArchitectureProblem extends Error {
  readonly code: ProblemCode
  readonly parameters: Parameters

  constructor(...[code, parameters = {}]: CodedArguments<typeof messages>) {
    super(tell(texts.en, 'problem', { code, parameters }))
    this.name = 'ArchitectureProblem'
    this.code = code
    this.parameters = parameters
  }

  get placeless(): PlacelessProblem {
    // The constructor took them together.
    return { code: this.code, parameters: this.parameters } as PlacelessProblem
  }

  /** The problem of the node at `path`. */
  at(path: string): Problem {
    return { ...this.placeless, path }
  }
}

/** The English sentence for a problem, with its node in front. */
export const describeProblem = (problem: Problem): string => tell(texts.en, 'problem', problem)

/** As `64x23x23`. */
export const formatShape = (shape: readonly number[]): string => shape.join('x')
