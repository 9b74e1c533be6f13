/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safety protocol of Andon (docs/safety-protocol.md), small enough to be checked in every interleaving.
 *
 * Stops, operators (who reset and arm), a guard (who claims one action) and an opener (who finishes what a dead
 * process left) share one row, which only the holder of the write lock changes, and two things in the file system,
 * the permit and the requests, which anyone changes at any time without a lock.
 *
 * What is asserted, where the guard is told that it may, and where it starts its action:
 *   1. no stop had revoked the permit before the guard's look began, unless a reset has answered that stop;
 *   2. no stop at all had revoked between its claim and its last look, answered or not;
 *   3. every stop that has revoked since its last look began was seen by its watch.
 *
 * Parts are left out with -D, to see that each is needed; check.sh expects a counterexample for every one:
 *   NO_REQUEST      stops take the permit away and file nothing
 *   SHARED_REQUEST  all stops file one and the same request
 *   ROW_FIRST       a look reads the row before it looks for requests
 *   NO_LAST_LOOK    a claim that was committed starts without being looked at again
 *   NO_EPOCH_CHECK  the last look may be about another epoch than the claim
 *   LATE_WATCH      the guard begins to watch after its last look
 *   RESET_ANY       a reset clears whatever stop stands, not the one that was looked at
 *   EARLY_WITHDRAW  a stop takes its request back before its gate is committed
 * And circumstances under which all must hold:
 *   CRASH           stops and arms may die between any two of their steps; somebody opens the database
 *   FULL_DISK       nothing new can be written beside the database: no request, no permit
 */

#ifndef STOPS
#define STOPS 2
#endif
#ifndef OPERATORS
#define OPERATORS 2
#endif
#ifndef ACTS
#define ACTS 4 /* of all operators together */
#endif

#define NO_PERMIT 255
#define BIT(i) (1 << (i))

/* The row. */
bool execute;
bool tripped;
byte epoch = 1;
byte newestStop;
bool recorded[STOPS]; /* the receipts, by request: a stop is carried out once */

bool locked;

/* The file system. */
byte permit = NO_PERMIT;
byte requests; /* one bit a stop */

/* Seen by nobody but the assertions: one bit a stop. */
byte revoked;
byte answered;
byte numberOf[STOPS];
bool isOver; /* the guard is done: what the others do then matters no more */
bool watching;
byte noticed; /* by the guard's watch */

#define lock() atomic { !locked; locked = true }
#define unlock() locked = false

#ifdef SHARED_REQUEST
#define requestOf(i) BIT(0)
#else
#define requestOf(i) BIT(i)
#endif

inline notice(i)
{
    if
    :: watching -> noticed = noticed | BIT(i)
    :: else
    fi
}

inline fileRequest(i)
{
#if defined(NO_REQUEST) || defined(FULL_DISK)
    skip
#else
    d_step { requests = requests | requestOf(i); notice(i) }
#endif
}

inline withdrawRequest(i)
{
    requests = requests & ~requestOf(i)
}

inline revokePermit(i)
{
    d_step { permit = NO_PERMIT; revoked = revoked | BIT(i); notice(i) }
}

/* One transaction. Nobody but the lock's holder reads or writes the row in between, except readers who see it as
   it was before: so the changes of the row are one step, the commit. */
inline gate(i)
{
    atomic {
        lock();
        if
        :: recorded[i] -> unlock(); goto carriedOut
        :: else
        fi
    }
    revokePermit(i);
    d_step {
        execute = false;
        tripped = true;
        epoch++;
        newestStop++;
        numberOf[i] = newestStop;
        recorded[i] = true;
        unlock()
    };
carriedOut:
    skip
}

/* It may take as long between two steps as the rest of the story lasts: so one that dies on the way is among these. */
proctype Stop(byte me) provided (!isOver)
{
    fileRequest(me);
    revokePermit(me);
#ifdef EARLY_WITHDRAW
    withdrawRequest(me);
#endif
    gate(me);
    withdrawRequest(me)
}

/* Whoever opens the database next carries out a request that stands, in the name of whoever filed it. */
proctype Opener(byte theirs) provided (!isOver)
{
    (requests & requestOf(theirs)) != 0;
    gate(theirs);
    withdrawRequest(theirs)
}

inline reset()
{
    lock();
    d_step {
        if
#ifdef RESET_ANY
        :: tripped ->
#else
        :: tripped && newestStop == seenStop && requests == 0 ->
#endif
            tripped = false;
            epoch++;
            i = 0;
            do
            :: i < STOPS ->
                if
                :: recorded[i] && numberOf[i] <= seenStop -> answered = answered | BIT(i)
                :: else
                fi;
                i++
            :: else -> break
            od;
            i = 0
        :: else
        fi;
        seenStop = 0;
        unlock()
    }
}

inline arm()
{
    atomic {
        lock();
        if
        :: epoch == seenEpoch && !tripped && !execute && requests == 0 -> seenEpoch = 0
        :: else -> unlock(); seenEpoch = 0; goto done
        fi
    }
#ifdef FULL_DISK
    unlock();
#else
    permit = epoch + 1;
    if
#ifdef CRASH
    :: unlock(); goto done /* died: nothing was committed, and the permit stays behind */
#endif
    :: d_step { execute = true; epoch++; unlock() }
    fi;
    atomic {
        if
        :: requests != 0 -> permit = NO_PERMIT
        :: else
        fi
    };
#endif
done:
    skip
}

byte acts;

/* May stop acting at any time: nothing makes the others wait for it. */
proctype Operator() provided (!isOver)
{
    byte seenStop, seenEpoch, i;
    do
    :: atomic { acts < ACTS && tripped -> acts++; seenStop = newestStop };
        reset()
    :: atomic { acts < ACTS && !tripped && !execute && requests == 0 -> acts++; seenEpoch = epoch };
        arm()
    od
}

/* May it run? Three reads, each at its own moment. */
inline look(epochSeen)
{
#ifdef ROW_FIRST
    atomic {
        if
        :: execute && !tripped -> epochSeen = epoch
        :: else -> goto refused
        fi
    };
    atomic {
        if
        :: permit == epochSeen
        :: else -> goto refused
        fi
    };
    atomic {
        if
        :: requests == 0
        :: else -> goto refused
        fi
    }
#else
    atomic {
        if
        :: requests == 0
        :: else -> goto refused
        fi
    };
    atomic {
        if
        :: execute && !tripped -> epochSeen = epoch
        :: else -> goto refused
        fi
    };
    atomic {
        if
        :: permit == epochSeen
        :: else -> goto refused
        fi
    }
#endif
}

proctype Guard()
{
    byte claimedUnder, lastEpoch, revokedAtClaim, revokedAtLastLook;

    revokedAtLastLook = revoked;
    look(claimedUnder);
    /* Who only asks goes no further: what it is told must be right as well. */
    assert((revokedAtLastLook & ~answered) == 0);
    revokedAtClaim = revoked;

    /* The claim, which the database's own trigger checks. */
    atomic {
        !locked;
        if
        :: execute && !tripped
        :: else -> goto refused
        fi
    };

    atomic {
#ifndef LATE_WATCH
        watching = true;
#endif
        revokedAtLastLook = revoked
    };
#ifndef NO_LAST_LOOK
    look(lastEpoch);
#ifndef NO_EPOCH_CHECK
    atomic {
        if
        :: lastEpoch == claimedUnder
        :: else -> goto refused
        fi
    };
#endif
#endif
    d_step {
        assert((revokedAtLastLook & ~answered) == 0);
        assert((revokedAtLastLook & ~revokedAtClaim) == 0);
        assert((revoked & ~revokedAtLastLook & ~noticed) == 0)
    };
refused:
    isOver = true
}

init
{
    byte i = 0;
    atomic {
        if
        :: true /* observe */
        :: execute = true; permit = epoch
        fi;
        do
        :: i < STOPS -> run Stop(i); i++
        :: else -> break
        od;
        i = 0;
        do
        :: i < OPERATORS -> run Operator(); i++
        :: else -> break
        od;
        i = 0;
#ifdef CRASH
        if
        :: run Opener(0)
        :: run Opener(STOPS - 1)
        fi;
#endif
        run Guard()
    }
}
