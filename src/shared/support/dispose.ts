/**
 * The two symbols of explicit resource management, for browsers that do not have them (Firefox before 141, Safari).
 * To be imported before anything that names a method by them. The names are those that compilers fall back to.
 */
const symbols = Symbol as { dispose?: symbol; asyncDispose?: symbol };
symbols.dispose ??= Symbol.for('Symbol.dispose');
symbols.asyncDispose ??= Symbol.for('Symbol.asyncDispose');
