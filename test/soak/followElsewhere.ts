import { Library } from '../../src/main/library/library'

/** Follows a library from another process until it is killed, as an open app does, and writes what it sees to the index. */
void Library.open(process.argv[2]!).then((library) => library.follow())
// It would end by itself otherwise: following holds no process.
setInterval(() => undefined, 1000)
