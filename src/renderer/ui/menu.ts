/** What a context menu offers. */
export interface MenuItem {
  /** Unique in its menu; tests hold on to it. */
  id: string
  label: string
  /** As the platform writes it; a hint only. */
  shortcut?: string
  disabled?: boolean
  /** Stands below a line that parts it from what is before it. */
  parted?: boolean
  run: () => unknown
}
