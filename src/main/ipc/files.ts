import { dialog, type BrowserWindow } from 'electron'
import type { fileRoutes } from '../../shared/ipc/files'
import { fileName } from '../../shared/text/fileName'
import { writeFileAtomic } from '../files'
import { FILE_KINDS } from './fileKinds'
import type { Handlers } from './router'

export const fileHandlers = (window: () => BrowserWindow | null): Handlers<keyof typeof fileRoutes> => ({
  'files.export': async ({ name, kind, text }) => {
    const { filePath } = await dialog.showSaveDialog(window()!, {
      defaultPath: fileName(name, FILE_KINDS[kind].extensions[0]!),
      filters: [FILE_KINDS[kind]]
    })
    if (!filePath) return null
    await writeFileAtomic(filePath, text)
    return { file: filePath }
  }
})
