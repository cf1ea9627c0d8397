/** Whether a dialog lies over the place that is open: what is below it hears no keys. */
export const isDialogOpen = (): boolean => document.querySelector('.el-overlay:not([style*="display: none"])') !== null
