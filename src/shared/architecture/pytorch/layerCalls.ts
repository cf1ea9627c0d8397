import { ResiduumError } from '../../errors'
import { fieldsOf, type Field } from '../fields'
import { INPUT_CHANNELS, type LayerDefinition, type PythonForm } from '../layer'
import { isLayerKind, layerDefinition, layers } from '../layers'
import { ArchitectureProblem } from '../problems'
import type { ArchitectureNode, LayerNode } from '../schema'
import type { Symbolic } from '../symbolic'
import { python, type Imports } from './python'

type Form<F extends PythonForm['form']> = Extract<PythonForm, { form: F }>

/** How PyTorch has a node that is an expression of `forward`; null where it is a submodule. */
export function expressionForm(node: ArchitectureNode): Form<'infix' | 'call'> | null {
  if (node.type !== 'layer' || !isLayerKind(node.kind)) return null
  const { python: form } = layerDefinition(node.kind)
  return form.form === 'module' ? null : form
}

/** What an expression reads beside its inputs. */
export type ExpressionConstant = NonNullable<Form<'infix'>['constant']>

/** Throws ArchitectureProblem `unknown-layer`. */
function moduleForm({ kind }: LayerNode): Form<'module'> {
  const form = isLayerKind(kind) ? layerDefinition(kind).python : null
  if (form?.form !== 'module') throw new ArchitectureProblem('unknown-layer', { kind })
  return form
}

/** Whether a line makes a module whose channels PyTorch finds at the first batch. */
export const isLazy = (line: string): boolean => lazyModules.some((name) => line.includes(name))
const lazyModules = Object.values(layers).flatMap(({ python: form }: LayerDefinition) =>
  form.form === 'module' && form.lazy !== null ? [form.lazy] : []
)

/** The constructor's name and arguments for a layer; only what differs from PyTorch's defaults is given. */
export function layerCall(node: LayerNode, input: Symbolic, imports: Imports): { name: string; args: string[] } {
  const { name, leading, lazy } = moduleForm(node)
  const fields = new Map(fieldsOf(node.kind).map((field) => [field.name, field]))
  const value = (attribute: string): string => {
    const field = fields.get(attribute)!
    return python(
      node.attributes[attribute] ?? field.default!,
      imports,
      field.type === 'integer' || field.type === 'pair'
    )
  }
  // Without the width of a flattened picture, PyTorch finds it at the first batch.
  const found = input.channels === null ? lazy : null
  if (input.channels === null && found === null && leading.includes(INPUT_CHANNELS)) {
    throw new ResiduumError('pytorch-channels', { name: node.id })
  }
  const first = leading
    .filter((one) => one !== INPUT_CHANNELS || found === null)
    .map((one) => (one === INPUT_CHANNELS ? python(input.channels!, imports, true) : value(one)))
  const named = [...fields.values()]
    .filter((field) => !leading.includes(field.name) && isGiven(node, field))
    .map((field) => `${field.name}=${value(field.name)}`)
  return { name: found ?? name, args: [...first, ...named] }
}

const isGiven = ({ attributes }: LayerNode, { name, default: fallback }: Field): boolean =>
  attributes[name] !== undefined && JSON.stringify(attributes[name]) !== JSON.stringify(fallback)
