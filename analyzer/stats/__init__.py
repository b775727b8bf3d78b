"""Numbers from arrays: numpy in, numbers out; no DataFrame and no judgement."""
