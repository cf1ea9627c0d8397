import type messages from './en.json'
import type faults from './en/faults'

/** The names in `{...}` of a text. */
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never

/** What a placeholder takes: `{reason}` a fault and `{problem}` a problem of its own, in words only on the screen. */
type ValueOf<Name extends string> = Name extends 'reason' ? Fault : Name extends 'problem' ? Problem : string | number

/** What is wrong with a drawing, as an error tells it; `architecture/problems.ts` throws and describes them. */
interface Problem {
  code: keyof typeof messages.problem
  parameters: Parameters
  path: string
}

/** What a text needs: a value for each of its placeholders and for nothing else. */
export type ParametersOf<Text extends string> = { [Name in Placeholders<Text>]: ValueOf<Name> }

/** Each code of `Texts` with the parameters that its English text needs. */
export type Coded<Texts extends Record<string, string>> = {
  [Code in keyof Texts & string]: { code: Code; parameters: ParametersOf<Texts[Code]> }
}[keyof Texts & string]

/** Why something is not taken: a code of `faults` and its figures. */
export type Fault = Coded<typeof faults>
export type FaultCode = Fault['code']

/** What the constructor of a coded error takes: parameters may be left out where its text has no placeholders. */
export type CodedArguments<Texts extends Record<string, string>> = {
  [Code in keyof Texts & string]: Placeholders<Texts[Code]> extends never
    ? [code: Code, parameters?: Record<string, never>, options?: ErrorOptions]
    : [code: Code, parameters: ParametersOf<Texts[Code]>, options?: ErrorOptions]
}[keyof Texts & string]

/** Parameters whose code is not looked at. */
export type Parameters = Readonly<Record<string, string | number | Fault | Problem>>
