import dataEn from './en/data.json'
import optimizationEn from './en/optimization.json'
import wordsEn from './en/words.json'
import dataZh from './zh-CN/data.json'
import optimizationZh from './zh-CN/optimization.json'
import wordsZh from './zh-CN/words.json'

/** Label and help of every setting of a recipe: of learning itself, and of pictures, validation and what is looked at. */
export const en = { setting: { ...optimizationEn, ...dataEn }, ...wordsEn }
export const zh: typeof en = { setting: { ...optimizationZh, ...dataZh }, ...wordsZh }
