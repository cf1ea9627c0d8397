import { createEventHook } from '@vueuse/core'
import { inject, provide, type InjectionKey } from 'vue'

/** What commands ask of the parts of the editor's screen; a part listens by `on`, for as long as it is there. */
const createSignals = () => ({
  /** Show the whole drawing. */
  fit: createEventHook<void>(),
  /** Lay the drawing out anew. */
  layOut: createEventHook<void>(),
  /** Let the user type what to insert, beginning with this text. */
  insert: createEventHook<string>(),
  /** Let the user type which layer to find. */
  find: createEventHook<void>(),
  /** Show the node at this path, in the drawing it stands in, and select it. */
  reveal: createEventHook<string>(),
  /** Show the whole network instead of a drawing, or the other way round. */
  overview: createEventHook<void>(),
  /** Open the panel below the canvas, or close it. */
  panel: createEventHook<void>(),
  /** Show the saved versions. */
  versions: createEventHook<void>()
})
export type Signals = ReturnType<typeof createSignals>

const key: InjectionKey<Signals> = Symbol('editor signals')

/** Makes the signals of an editor's screen, which owns them, for all parts below it. */
export function provideSignals(): Signals {
  const signals = createSignals()
  provide(key, signals)
  return signals
}

/** Those of the screen that the calling component is part of. */
export function useSignals(): Signals {
  const signals = inject(key)
  if (!signals) throw new Error('no editor screen above this component')
  return signals
}
