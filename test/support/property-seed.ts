import fc from 'fast-check';

/** `npm test` draws one seed for all properties of a run, so that what failed can be run again as it was. By hand each property draws its own. */
const seed = process.env.FOYER_PROPERTY_SEED;
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
