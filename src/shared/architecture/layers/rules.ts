import { asImage, elements, type Parameter, type PythonForm, type Shape, type SummaryPart, type Window } from '../layer'
import type { Symbolic } from '../symbolic'

/** What several kinds have in common, to be named where it holds: nothing of it holds by itself. */

type Shapes = readonly Shape[]

export const oneInput = { min: 1, max: 1 }
export const severalInputs = { min: 2, max: 64 }

export const sameShape = (_: unknown, [input]: Shapes): Shape => input!
/** Throws ArchitectureProblem `needs-image`. */
export function sameImage(_: unknown, [input]: Shapes): Shape {
  asImage(input!)
  return input!
}

export const noParameters = (): Parameter[] => []
export const noMultiplyAdds = (): number => 0
/** A multiply-add for each value of the output. */
export const onePerValue = (_: unknown, __: Shapes, output: Shape): number => elements(output)
/** One for each value of each input but the first. */
export const onePerFurtherInput = (_: unknown, inputs: Shapes, output: Shape): number =>
  (inputs.length - 1) * elements(output)

export const noFormula = (): string[] => []

const AXES = ['H', 'W'] as const

/** The size that `slide` gives, as PyTorch's documentation has it; one line where height and width have the same. */
export function windowFormula(window: Window, [input]: Shapes, output: Shape): string[] {
  const { kernel_size: kernel, stride, padding, dilation, ceil_mode: ceil } = window
  const line = (axis: 0 | 1): string => {
    const [size, result] = [input![axis + 1]!, output[axis + 1]!]
    const [open, close] = ceil ? ['⌈', '⌉'] : ['⌊', '⌋']
    const spread = dilation?.[axis] ?? 1
    const seen = spread === 1 ? `${kernel[axis]}` : `${spread}·(${kernel[axis]} − 1) − 1`
    return `${open}(${size} + 2·${padding[axis]} − ${seen}) / ${stride[axis]}${close} + 1 = ${result}`
  }
  const lines = [line(0), line(1)]
  return lines[0] === lines[1] ? [`H = W = ${lines[0]}`] : lines.map((text, axis) => `${AXES[axis]} = ${text}`)
}

export const noSummary: readonly SummaryPart[] = []
export const windowSummary: readonly SummaryPart[] = [{ attribute: 'kernel_size', as: 'window' }]
export const strideSummary: readonly SummaryPart[] = [
  { attribute: 'stride', as: 'named', name: 'stride', unless: 1 },
  { attribute: 'padding', as: 'named', name: 'pad', unless: 0 }
]
export const biasSummary: readonly SummaryPart[] = [{ attribute: 'bias', as: 'word', name: 'no bias', when: false }]

export const sameSight = (): 'same' => 'same'
export const wholeSight = (): 'whole' => 'whole'
export const windowSight = (window: Window): Window => window

export const sameSymbols = (_: unknown, [first]: readonly Symbolic[]): Symbolic => first!

/** A class of torch.nn that needs to know nothing of what enters it; its first arguments without names. */
export const moduleOf = (name: string, leading: readonly string[] = []): PythonForm => ({
  form: 'module',
  name,
  leading,
  lazy: null
})

/** A layer of which nothing is taught, and that is no part of what is taught of others. */
export const untaught = {
  carriesWeights: false,
  joinsPaths: false,
  rectifies: false,
  removesBias: false,
  spoilsScores: false
} as const
