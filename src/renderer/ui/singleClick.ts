/** The action for a button that makes something: the second click of a double click makes nothing more. */
export const singleClick =
  (action: () => unknown) =>
  ({ detail }: MouseEvent): void => {
    if (detail < 2) void action()
  }
