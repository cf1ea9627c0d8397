import messages from '../messages/en.json'
import { formatMessage, type ErrorParameters } from '../errors'

/** What can be wrong with an architecture; its text in each language stands in `shared/messages`. */
export type ProblemCode = keyof typeof messages.problem

export interface Problem {
  code: ProblemCode
  parameters: ErrorParameters
  /** Path of the node at fault, blocks and repetitions joined by dots; empty for the whole drawing. */
  path: string
}

/** Thrown by a rule of one node; the checker adds the node's path and collects it. */
export class ArchitectureProblem extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly parameters: ErrorParameters = {}
  ) {
    super(formatMessage(messages.problem[code], parameters))
    this.name = 'ArchitectureProblem'
  }
}

/** The English sentence for a problem, with its node in front. */
export function describeProblem(problem: Problem): string {
  const text = formatMessage(messages.problem[problem.code], problem.parameters)
  return problem.path === '' ? text : `${problem.path}: ${text}`
}

/** As `64x23x23`. */
export const formatShape = (shape: readonly number[]): string => shape.join('x')
