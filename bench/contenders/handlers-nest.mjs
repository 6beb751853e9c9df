/** The handlers of the bench 'handlers' run by Nest's ExternalContextCreator. */
import { handlersContender } from './handlers.mjs';

export const contender = handlersContender('nest');
