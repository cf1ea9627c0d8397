@rem On Windows npm runs its scripts by cmd, which has no exec of its own.
@%*
