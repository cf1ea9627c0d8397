import type { PresetName } from './index'

/** What a preset came to, trained by its own recipe on all pictures of CIFAR-10. */
export interface PresetResult {
  /** Share of the test pictures after that many epochs, 0 to 1. */
  testAccuracy: number
  epochs: number
  /** Who measured it: Residuum (README, Results), or the tutorial that the preset follows, in PyTorch. */
  by: 'residuum' | 'tutorial'
}

/** Only what was measured and is written down; of the other presets nothing is known. */
export const presetResults: Partial<Record<PresetName, PresetResult>> = {
  'seed-resnet': { testAccuracy: 0.744, epochs: 20, by: 'tutorial' },
  'lenet-5': { testAccuracy: 0.6316, epochs: 10, by: 'residuum' }
}
