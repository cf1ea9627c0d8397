import { go } from 'fuzzysort'

/** Something that the palette finds by its name. */
export interface Found {
  /** Unique among what is found. */
  key: string
  kind: 'command' | 'architecture' | 'run'
  name: string
  /** What kind of thing it is, or what is known of it; it is searched too. */
  note: string
  shortcut?: string
  perform: () => unknown
}

const SHOWN = 60
/** A match of the note says less than one of the name. */
const NOTE_WEIGHT = 0.6

/** The things whose names go with what was typed, the best first; all in their order where nothing was typed. */
export function findThings(things: readonly Found[], typed: string): Found[] {
  const text = typed.trim()
  if (text === '') return things.slice(0, SHOWN)
  return go(text, things, {
    keys: ['name', 'note'],
    limit: SHOWN,
    threshold: 0.3,
    scoreFn: (result) => Math.max(result[0]?.score ?? 0, (result.score > 0 ? result.score : 0) * NOTE_WEIGHT)
  }).map(({ obj }) => obj)
}
