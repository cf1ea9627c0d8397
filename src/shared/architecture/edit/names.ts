import { ResiduumError } from '../../errors'
import { isLayerKind, layers } from '../layers'
import type { DrawingName } from '../locate'
import { graphOf } from '../locate'
import type { Architecture, ArchitectureGraph } from '../schema'
import { identifierSchema } from '../schema'

/** A name that no other node of the drawing has: `stem` itself where it is free, else with a number behind. */
export function freeName(taken: ReadonlySet<string>, stem: string): string {
  if (!taken.has(stem)) return stem
  const [, base, digits] = /^(.*?)(\d*)$/.exec(stem)!
  for (let number = Number(digits || 1) + 1; ; number++) {
    const name = `${base!.slice(0, 58)}${number}`
    if (!taken.has(name)) return name
  }
}

export const namesIn = ({ nodes }: ArchitectureGraph): Set<string> => new Set(nodes.map(({ id }) => id))

/** The name of a new layer of that kind. */
export function layerName(taken: ReadonlySet<string>, kind: string): string {
  const { stem, numbered } = isLayerKind(kind) ? layers[kind].name : { stem: unknownStem(kind), numbered: true }
  return freeName(taken, numbered ? `${stem}1` : stem)
}

const unknownStem = (kind: string): string => kind.toLowerCase().replace(/[^a-z0-9_]/g, '') || 'layer'

/** Throws ResiduumError `edit-name` for what PyTorch could not have as a name of a module, a class or a parameter. */
export function requireName(name: string): void {
  if (!identifierSchema.safeParse(name).success || !/^[A-Za-z_]/.test(name) || PYTHON_WORDS.has(name)) {
    throw new ResiduumError('edit-name', { name })
  }
}

/** The drawing's graph. Throws ResiduumError `edit-missing`. */
export function requireGraph(architecture: Architecture, drawing: DrawingName): ArchitectureGraph {
  const graph = graphOf(architecture, drawing)
  if (!graph) throw new ResiduumError('edit-missing', { name: drawing ?? '' })
  return graph
}

/** Python's keywords, and what every torch.nn.Module already has. */
export const PYTHON_WORDS: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield ' +
    'self x nn torch math forward training train eval parameters buffers modules children type float double half ' +
    'to cpu cuda apply register_module add_module state_dict load_state_dict named_parameters named_modules ' +
    'named_children named_buffers requires_grad_ zero_grad dump_patches compile bfloat16 extra_repr get_parameter ' +
    'get_buffer get_submodule set_submodule ipu xpu mtia to_empty share_memory call_super_init get_extra_state ' +
    'set_extra_state register_buffer register_parameter register_forward_hook T_destination'
  ).split(' ')
)
