// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// What the conditions for PostgreSQL call. A schema for PostgreSQL creates these, once; where one may not
/// write, they can be made in a schema of the session's search_path. They raise no error, whatever they are given.
///
/// PostgreSQL before 16 cannot ask whether a text is JSON, and no version can ask whether it is a time: trying
/// is the only way, and only a function can try.
inline const QString kPostgresFunctions = QStringLiteral(R"SQL(
-- The text as JSON; NULL where it is none. Not PARALLEL SAFE: what catches an error begins a subtransaction.
CREATE OR REPLACE FUNCTION andon_json(written text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT AS $body$
BEGIN
    RETURN CAST(written AS jsonb);
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$body$;

-- The stored time in milliseconds, of UTC where it has an offset and of its own clock where it has none; NULL
-- where it is no time.
CREATE OR REPLACE FUNCTION andon_moment_ms(written text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $body$
DECLARE
    part text[];
    east integer := 0;
BEGIN
    part := regexp_match(written, '^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})'
        '(?::([0-9]{2})(?:[.,]([0-9]+))?)?([Zz]|[-+][0-9]{2}(?::?[0-9]{2})?)?)?$');
    IF part IS NULL OR part[5] > '59' OR part[6] > '59' THEN
        RETURN NULL;
    END IF;
    IF part[8] ~ '^[-+]' THEN
        east := CAST(substr(part[8], 2, 2) AS integer) * 60
            + coalesce(CAST(nullif(right(replace(part[8], ':', ''), -3), '') AS integer), 0);
        IF east > 14 * 60 + 59 THEN
            RETURN NULL;
        END IF;
        IF left(part[8], 1) = '-' THEN
            east := -east;
        END IF;
    END IF;
    RETURN CAST(extract(epoch FROM make_timestamp(CAST(part[1] AS integer), CAST(part[2] AS integer),
            CAST(part[3] AS integer), CAST(coalesce(part[4], '0') AS integer), CAST(coalesce(part[5], '0') AS integer),
            CAST(coalesce(part[6], '0') AS integer))) AS bigint) * 1000
        + CAST(round(CAST('0.' || coalesce(part[7], '0') AS numeric) * 1000) AS bigint) - east * 60000;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$body$;
)SQL");

} // namespace andon
