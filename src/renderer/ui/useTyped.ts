import { computed, nextTick, ref, watch, type ComputedRef, type Ref } from 'vue'

/** What a text comes to: a value (undefined: the default), or why it is not taken. */
export type Read<T> = { value: T | null | undefined } | { fault: string }

interface Typed {
  /** What stands in the field. */
  text: Ref<string>
  /** Why it is not taken, in the language of the window; null where it is. */
  fault: ComputedRef<string | null>
  /** To be called when the field is left or Enter is pressed. */
  commit: (typed: string) => void
}

/**
 * The text of a field whose value it may not be. What is refused stays as it was typed, in `draft`, with its reason; it is
 * taken later where something else has made it right. Nothing is written before the user has typed something else than
 * what stands for the value.
 */
export function useTyped<T>(
  value: () => T | null,
  draft: Ref<string | null>,
  {
    read,
    format,
    take
  }: {
    read: (text: string) => Read<T>
    format: (value: T | null) => string
    take: (value: T | null | undefined) => void
  }
): Typed {
  const shown = (): string => draft.value ?? format(value())
  const text = ref(shown())
  watch([value, draft], () => (text.value = shown()))
  const fault = computed(() => {
    if (draft.value === null) return null
    const result = read(draft.value)
    return 'fault' in result ? result.fault : null
  })
  watch(fault, (now) => {
    if (now === null && draft.value !== null) commit(draft.value)
  })

  function commit(typed: string): void {
    if (typed === format(value())) {
      draft.value = null
      return
    }
    const result = read(typed)
    if ('fault' in result) {
      draft.value = typed
      return
    }
    draft.value = null
    take(result.value)
    // Shows what was made of it, also where that is what it was.
    void nextTick(() => (text.value = shown()))
  }
  return { text, fault, commit }
}
