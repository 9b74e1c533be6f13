// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace andon {

/// What the conditions for PostgreSQL call. A schema for PostgreSQL creates these, once; where one may not
/// write, they can be made in a schema of the session's search_path. They raise no error, whatever they are given.
///
/// PostgreSQL before 16 cannot ask whether a text is JSON: trying is the only way, and only a function can try.
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
-- where it is no time. By places and not by a pattern with parts, which takes thirty times as long.
CREATE OR REPLACE FUNCTION andon_moment_ms(written text) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
    mask text := translate(written, '012345678', '999999999');
    hour integer := 0;
    minute integer := 0;
    second integer := 0;
    milliseconds bigint := 0;
    day date;
    rest text := '';
    digits integer;
    east integer := 0;
BEGIN
    IF left(mask, 10) <> '9999-99-99' THEN
        RETURN NULL;
    END IF;
    IF length(mask) > 10 THEN
        IF substr(mask, 11, 6) NOT IN ('T99:99', ' 99:99') THEN
            RETURN NULL;
        END IF;
        hour := CAST(substr(written, 12, 2) AS integer);
        minute := CAST(substr(written, 15, 2) AS integer);
        rest := substr(written, 17);
        IF substr(mask, 17, 3) = ':99' THEN
            second := CAST(substr(written, 18, 2) AS integer);
            rest := substr(written, 20);
            IF left(rest, 1) IN ('.', ',') THEN
                digits := length(rest) - 1 - length(ltrim(substr(rest, 2), '0123456789'));
                IF digits = 0 THEN
                    RETURN NULL;
                END IF;
                milliseconds := round(CAST('0.' || substr(rest, 2, least(digits, 20)) AS numeric) * 1000);
                rest := substr(rest, 2 + digits);
            END IF;
        END IF;
    END IF;
    IF left(rest, 1) IN ('+', '-') THEN
        IF translate(substr(rest, 2), '012345678', '999999999') NOT IN ('99', '9999', '99:99') THEN
            RETURN NULL;
        END IF;
        east := CAST(substr(rest, 2, 2) AS integer) * 60
            + CAST('0' || right(replace(substr(rest, 4), ':', ''), 2) AS integer);
        IF east > 14 * 60 + 59 THEN
            RETURN NULL;
        END IF;
        IF left(rest, 1) = '-' THEN
            east := -east;
        END IF;
    ELSIF rest NOT IN ('', 'Z', 'z') THEN
        RETURN NULL;
    END IF;
    IF minute > 59 OR second > 59 OR (hour * 3600 + minute * 60 + second) * 1000 + milliseconds > 86400000
       OR left(written, 4) = '0000' OR substr(written, 6, 2) NOT BETWEEN '01' AND '12'
       OR substr(written, 9, 2) NOT BETWEEN '01' AND '31' THEN
        RETURN NULL;
    END IF;
    day := make_date(CAST(left(written, 4) AS integer), CAST(substr(written, 6, 2) AS integer), 1)
        + CAST(substr(written, 9, 2) AS integer) - 1;
    IF extract(month FROM day) <> CAST(substr(written, 6, 2) AS integer) THEN
        RETURN NULL; -- 30 February
    END IF;
    RETURN ((((day - date '1970-01-01') * bigint '24' + hour) * 60 + minute - east) * 60 + second) * 1000 + milliseconds;
END
$body$;
)SQL");

} // namespace andon
