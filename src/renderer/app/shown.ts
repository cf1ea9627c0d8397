import { computed, onActivated, onDeactivated, readonly, ref, type ComputedRef, type Ref } from 'vue'

/** Whether the place that this component is part of is the one that is open: the others are kept, and do no work. */
export function useShown(): Readonly<Ref<boolean>> {
  const shown = ref(true)
  onActivated(() => (shown.value = true))
  onDeactivated(() => (shown.value = false))
  return readonly(shown)
}

/** A value that stays as it is while its place is not open. */
export function whileShown<T>(compute: () => T): ComputedRef<T> {
  const shown = useShown()
  let former: { value: T } | null = null
  return computed(() => {
    if (shown.value || !former) former = { value: compute() }
    return former.value
  })
}

/** A function that does the work at once where its place is open, and otherwise once when it is opened. */
export function onceShown(work: () => void): () => void {
  let shown = true
  let due = false
  onActivated(() => {
    shown = true
    if (!due) return
    due = false
    work()
  })
  onDeactivated(() => (shown = false))
  return () => {
    if (shown) work()
    else due = true
  }
}
