declare const brand: unique symbol;

/** A type that only its parser can make: the value is a plain `Base` at run time, but the compiler tells two brands apart. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
