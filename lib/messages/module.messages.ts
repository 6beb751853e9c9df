export const MODULE_CONTEXT = 'MoleculerModule';
