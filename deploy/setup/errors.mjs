/** Something that the person at the terminal can put right: its message says how, so no stack is shown. */
export class SetUpError extends Error {}
