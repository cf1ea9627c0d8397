import type { Coded, CodedArguments, Fault, Parameters } from './messages/coded'
import { texts } from './messages'
import type messages from './messages/en/errors'
import { tell } from './messages/tell'

/** Every error a user can meet: its code and what the code's text names. Its words stand in `shared/messages`. */
export type ErrorRecord = Coded<typeof messages>
export type ErrorCode = ErrorRecord['code']

/** An error that says what is wrong, where, and what to do; crosses processes as `{code, parameters}`. */
export class ResiduumError extends Error {
  readonly code: ErrorCode
  readonly parameters: Parameters

  constructor(...[code, parameters = {}, options]: CodedArguments<typeof messages>) {
    super(tell(texts.en, 'error', { code, parameters }), options)
    this.name = 'ResiduumError'
    this.code = code
    this.parameters = parameters
  }

  /** The error that another process has described. */
  static of({ code, parameters }: ErrorRecord, options?: ErrorOptions): ResiduumError {
    return new ResiduumError(...([code, parameters, options] as CodedArguments<typeof messages>))
  }
}

/** The code and parameters of any thrown value; an unforeseen one becomes `unexpected`. */
export function describeError(error: unknown): ErrorRecord {
  // The constructor took them together.
  if (error instanceof ResiduumError) return { code: error.code, parameters: error.parameters } as ErrorRecord
  return {
    code: 'unexpected',
    parameters: { message: error instanceof Error ? error.message : String(error) }
  }
}

/** Thrown where a fault is found that its catcher gives a place to: the `{reason}` of an error or a problem. */
export class Refusal extends Error {
  constructor(readonly fault: Fault) {
    super(faultInEnglish(fault))
  }
}

/** Why something is not taken, in English, as the command line says it. */
export const faultInEnglish = (fault: Fault): string => tell(texts.en, 'fault', fault)

/** What an error says in English, as the terminal shows it. */
export const errorText = (error: ErrorRecord): string => tell(texts.en, 'error', error)
