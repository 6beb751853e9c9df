/** The handlers of the bench 'handlers' without enhancers. */
import { handlersContender } from './handlers.mjs';

export const contender = handlersContender('plain');
