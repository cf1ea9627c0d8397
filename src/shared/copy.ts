/** A deep copy of what JSON can hold, as documents are. Node 16, which Electron 22 brings, has no `structuredClone`. */
export const copyOf = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value
