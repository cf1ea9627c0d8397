import { until } from '@vueuse/core'
import { inject, provide, ref, type InjectionKey, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { isEditorCommand, type CommandId } from '../../shared/app/commands'
import { provideEditorCommands } from './editorCommands'
import { useExperiment } from './stores/experiment'
import { useTraining } from './stores/training'
import { isTyping } from './typing'

/** What the shell shows above the place that is open. */
export type ShellDialog = 'about' | 'settings' | 'shortcuts' | 'palette'
/** Performs any command of the catalogue. */
export type Performer = (id: CommandId) => Promise<void>

const key: InjectionKey<Performer> = Symbol('performer')

/** Performs commands as the window does; for the shell's own parts. */
export const usePerformer = (): Performer => inject(key)!

/** Commands that mean something to a field in which the user types, with the browser's own name. */
const OF_FIELDS: Partial<Record<CommandId, string>> = {
  'edit.undo': 'undo',
  'edit.redo': 'redo',
  'edit.selectAll': 'selectAll',
  'edit.delete': 'delete'
}

/** The window's end of all commands, whether the menu, a key or the palette gives them. */
export function providePerformer(): { perform: Performer; dialog: Ref<ShellDialog | null> } {
  const training = useTraining()
  const experiment = useExperiment()
  const router = useRouter()
  const editor = provideEditorCommands()
  const dialog = ref<ShellDialog | null>(null)

  async function perform(id: CommandId): Promise<void> {
    if (isEditorCommand(id)) {
      const own = OF_FIELDS[id]
      if (own && isTyping(document.activeElement)) {
        document.execCommand(own)
        return
      }
      await router.push('/architecture')
      // Before the editor was opened for the first time nobody can do it yet.
      await until(editor).not.toBeNull()
      await editor.value!(id)
      return
    }
    switch (id) {
      case 'app.about':
      case 'app.settings':
      case 'app.shortcuts':
      case 'app.palette':
        dialog.value = id.slice('app.'.length) as ShellDialog
        return
      case 'training.start':
        // What is being typed counts too: a field takes it when it is left.
        if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur()
        await router.push('/train')
        if (!training.active && experiment.startable) await training.start(experiment.experiment)
        return
      case 'training.pause':
        if (training.state?.status === 'paused') await training.resume()
        else if (training.active) await training.pause()
        return
      case 'training.stop':
        if (training.active) await training.stop()
        return
      default:
        await router.push(`/${id.slice('go.'.length)}`)
    }
  }
  provide(key, perform)
  return { perform, dialog }
}
