/** The handlers of the bench 'handlers' as this library runs them. */
import { handlersContender } from './handlers.mjs';

export const contender = handlersContender('compiled');
