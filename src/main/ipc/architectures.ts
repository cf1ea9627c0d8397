import { dialog, type BrowserWindow } from 'electron'
import { MAX_DOCUMENT_BYTES, parseArchitecture } from '../../shared/architecture/document'
import { requireKnownAttributes } from '../../shared/architecture/unknown'
import type { architectureRoutes } from '../../shared/ipc/architectures'
import { decodeText } from '../../shared/text/decode'
import { readWhole } from '../files'
import type { Library } from '../library/library'
import { FILE_KINDS } from './fileKinds'
import type { Handlers } from './router'

export function architectureHandlers(
  { architectures }: Library,
  window: () => BrowserWindow | null,
  changed: () => void
): Handlers<keyof typeof architectureRoutes> {
  /** Tells the window that the list is another one. */
  const telling = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    changed()
    return result
  }
  return {
    'architectures.list': () => architectures.list(),
    'architectures.get': ({ id }) => architectures.get(id),
    'architectures.create': (architecture) => telling(architectures.create(architecture)),
    'architectures.draft': ({ id, architecture }) => architectures.setDraft(id, architecture).then(() => undefined),
    'architectures.save': ({ id, architecture }) => telling(architectures.save(id, architecture)),
    'architectures.rename': ({ id, name }) => telling(architectures.rename(id, name)).then(() => undefined),
    'architectures.delete': ({ id }) => telling(architectures.delete(id)).then(() => undefined),
    'architectures.restore': ({ id }) => telling(architectures.restore(id)).then(() => undefined),
    'architectures.versions': ({ id }) => architectures.versions(id),
    'architectures.version': ({ id, version }) => architectures.version(id, version),
    'architectures.import': async () => {
      const { filePaths } = await dialog.showOpenDialog(window()!, {
        properties: ['openFile'],
        filters: [FILE_KINDS.json]
      })
      const [file] = filePaths
      if (file === undefined) return null
      const text = decodeText(await readWhole(file, MAX_DOCUMENT_BYTES), file)
      const architecture = parseArchitecture(text, file)
      requireKnownAttributes(architecture, file)
      return { file, architecture }
    }
  }
}
