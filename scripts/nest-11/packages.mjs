/** What is replaced: packages of `@nestjs`. */
export const NEST_PACKAGES = ['common', 'core', 'testing', 'microservices'];

/** Where Nest 11 is: below the repository, so that it finds the repository's other packages. */
export const NEST_11 = new URL('../../.build/nest-11/', import.meta.url);
