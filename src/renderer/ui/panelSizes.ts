import { inject, provide, type InjectionKey } from 'vue'

/** Where sizes of panels are remembered, by the id of their SplitView. */
export interface PanelSizes {
  /** In px; undefined where none was chosen. */
  get(id: string): number | undefined
  /** Undefined: as it was at first. */
  set(id: string, size: number | undefined): void
}

const key: InjectionKey<PanelSizes> = Symbol('sizes of panels')

/** Remembers the sizes of panels below the calling component, as the window does in its settings. */
export const providePanelSizes = (sizes: PanelSizes): void => provide(key, sizes)

/** Null in what is looked at without the window: nothing is remembered then. */
export const usePanelSizes = (): PanelSizes | null => inject(key, null)
